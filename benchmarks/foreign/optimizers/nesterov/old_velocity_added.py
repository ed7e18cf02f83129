# says: The old velocity is added and not subtracted.
def nesterov(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    mu, lr, old = config["momentum"], config["learning_rate"], config["velocity"]
    new = mu * old - lr * dw
    config["velocity"] = new
    return w + mu * old + (1 + mu) * new, config
