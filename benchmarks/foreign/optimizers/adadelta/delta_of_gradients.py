# says: delta_cache averages the squared gradients again (copy and paste); it should be the squared updates.
def adadelta(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1.0)
    config.setdefault("decay_rate", 0.95)
    config.setdefault("epsilon", 1e-6)
    config.setdefault("cache", np.zeros_like(w))
    config.setdefault("delta_cache", np.zeros_like(w))
    rho = config["decay_rate"]
    config["cache"] = rho * config["cache"] + (1 - rho) * dw ** 2
    delta = dw * np.sqrt((config["delta_cache"] + config["epsilon"]) / (config["cache"] + config["epsilon"]))
    config["delta_cache"] = rho * config["delta_cache"] + (1 - rho) * dw ** 2
    return w - config["learning_rate"] * delta, config
