# says: right
def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    v = np.array(config["velocity"], copy=True)
    v *= config["momentum"]
    v -= np.multiply(dw, config["learning_rate"])
    config["velocity"] = v
    w += v
    return w, config
