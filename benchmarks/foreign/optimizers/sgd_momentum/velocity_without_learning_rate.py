# says: The velocity is kept as in PyTorch, without learning rate and minus sign.
def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    v = config["momentum"] * config["velocity"] + dw
    config["velocity"] = v
    next_w = w - config["learning_rate"] * v
    return next_w, config
