# says: The step uses the velocity from before the update.
def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    mu, lr = config["momentum"], config["learning_rate"]
    v = config["velocity"]
    next_w = w + v
    config["velocity"] = mu * v - lr * dw
    return next_w, config
