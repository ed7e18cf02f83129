# says: np.sum makes one number for the whole array; each parameter has its own sum.
def adagrad(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    config["cache"] = config["cache"] + np.sum(dw ** 2)
    adjusted = config["learning_rate"] / (np.sqrt(config["cache"]) + config["epsilon"])
    w = w - adjusted * dw
    return w, config
