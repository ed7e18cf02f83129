# says: The step is divided by the average itself; the root is missing.
def rmsprop(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    c = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * np.square(dw)
    config["cache"] = c
    return w - config["learning_rate"] * dw / (c + config["epsilon"]), config
