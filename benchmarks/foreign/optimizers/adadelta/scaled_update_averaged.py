# says: The update is averaged after it has been scaled by the learning rate.
def adadelta(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1.0)
    config.setdefault("decay_rate", 0.95)
    config.setdefault("epsilon", 1e-6)
    config.setdefault("cache", np.zeros_like(w))
    config.setdefault("delta_cache", np.zeros_like(w))
    lr, rho, eps = config["learning_rate"], config["decay_rate"], config["epsilon"]
    E_g = rho * config["cache"] + (1 - rho) * dw * dw
    delta = -lr * np.sqrt(config["delta_cache"] + eps) / np.sqrt(E_g + eps) * dw
    config["cache"] = E_g
    config["delta_cache"] = rho * config["delta_cache"] + (1 - rho) * delta * delta
    return w + delta, config
