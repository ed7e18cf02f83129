# says: The gradient is weighed by 1 - momentum, as in a moving average.
def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    mu = config["momentum"]
    v = mu * config["velocity"] - (1 - mu) * config["learning_rate"] * dw
    config["velocity"] = v
    return w + v, config
