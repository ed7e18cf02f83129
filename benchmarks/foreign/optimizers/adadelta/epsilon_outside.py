# says: epsilon is added outside both roots.
def adadelta(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1.0)
    config.setdefault("decay_rate", 0.95)
    config.setdefault("epsilon", 1e-6)
    config.setdefault("cache", np.zeros_like(w))
    config.setdefault("delta_cache", np.zeros_like(w))
    rho, eps = config["decay_rate"], config["epsilon"]
    c = rho * config["cache"] + (1 - rho) * dw**2
    d = config["delta_cache"]
    delta = -(np.sqrt(d) + eps) / (np.sqrt(c) + eps) * dw
    config.update(cache=c, delta_cache=rho * d + (1 - rho) * delta**2)
    return w + config["learning_rate"] * delta, config
