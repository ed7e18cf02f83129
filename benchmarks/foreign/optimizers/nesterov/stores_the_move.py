# says: The whole displacement is stored as velocity; the velocity is momentum * velocity - learning_rate * dw.
def nesterov(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    mu = config["momentum"]
    v_old = config["velocity"]
    v_new = mu * v_old - config["learning_rate"] * dw
    step = -mu * v_old + (1 + mu) * v_new
    config["velocity"] = step
    return w + step, config
