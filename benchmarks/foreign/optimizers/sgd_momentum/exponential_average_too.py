# says: The new gradient is weighed with 1 - momentum (an average, as in Ng's course); here velocity = momentum * velocity - learning_rate * dw.
def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    beta = config["momentum"]
    v = beta * config["velocity"] - (1 - beta) * config["learning_rate"] * dw
    config["velocity"] = v
    return w + v, config
