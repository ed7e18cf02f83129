# says: epsilon stands under the root; the statement adds it to the root.
def rmsprop(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    d = config["decay_rate"]
    config["cache"] = d * config["cache"] + (1 - d) * np.square(dw)
    return w - config["learning_rate"] * dw / np.sqrt(config["cache"] + config["epsilon"]), config
