# says: right
def nesterov(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    mu = config["momentum"]
    pull = -config["learning_rate"] * dw
    config["velocity"] = mu * config["velocity"] + pull
    return w + mu * config["velocity"] + pull, config
