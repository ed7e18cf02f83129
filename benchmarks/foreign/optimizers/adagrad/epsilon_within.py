# says: epsilon is under the root; the statement puts it outside.
def adagrad(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    config["cache"] = config["cache"] + dw ** 2
    w = w - config["learning_rate"] * dw / np.sqrt(config["cache"] + config["epsilon"])
    return w, config
