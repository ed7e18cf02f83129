# says: The average of updates is updated before the step uses it, with the gradient in place of the update.
def adadelta(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1.0)
    config.setdefault("decay_rate", 0.95)
    config.setdefault("epsilon", 1e-6)
    config.setdefault("cache", np.zeros_like(w))
    config.setdefault("delta_cache", np.zeros_like(w))
    rho, eps = config["decay_rate"], config["epsilon"]
    config["cache"] = rho * config["cache"] + (1 - rho) * dw**2
    config["delta_cache"] = rho * config["delta_cache"] + (1 - rho) * dw**2
    delta = -np.sqrt(config["delta_cache"] + eps) / np.sqrt(config["cache"] + eps) * dw
    return w + config["learning_rate"] * delta, config
