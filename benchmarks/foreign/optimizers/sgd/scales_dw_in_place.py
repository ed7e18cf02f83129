# says: dw is multiplied by the learning rate in place, so the caller's gradient is changed.
def sgd(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    dw *= config["learning_rate"]
    w -= dw
    return w, config
