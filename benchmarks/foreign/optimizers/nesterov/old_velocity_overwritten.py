# says: The old velocity is overwritten in place before it is subtracted, so both terms use the new one.
def nesterov(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    mu = config["momentum"]
    v_prev = config["velocity"]
    v = config["velocity"]
    v *= mu
    v -= config["learning_rate"] * dw
    w = w - mu * v_prev + (1 + mu) * v
    config["velocity"] = v
    return w, config
