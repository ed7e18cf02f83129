# says: The step goes along the gradient, uphill; it must go against it.
def sgd(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    w = w + config["learning_rate"] * dw
    return w, config
