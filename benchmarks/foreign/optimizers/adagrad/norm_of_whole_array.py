# says: One number, the norm over all entries, is accumulated and not a sum for each parameter.
def adagrad(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    c = config["cache"] + np.sum(dw**2)
    config["cache"] = c
    return w - config["learning_rate"] / (np.sqrt(c) + config["epsilon"]) * dw, config
