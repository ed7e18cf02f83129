# says: dw *= ... changes the caller's gradient.
def sgd(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    dw *= config["learning_rate"]
    w = w - dw
    return w, config
