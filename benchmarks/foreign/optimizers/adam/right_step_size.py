# says: Right; both corrections are put into the step size, and epsilon is scaled along.
def adam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    t = config["t"] + 1
    m = config["m"] + (1 - config["beta1"]) * (dw - config["m"])
    v = config["v"] + (1 - config["beta2"]) * (dw * dw - config["v"])
    root = np.sqrt(1 - config["beta2"] ** t)
    rate = config["learning_rate"] * root / (1 - config["beta1"] ** t)
    return w - rate * m / (np.sqrt(v) + config["epsilon"] * root), {**config, "m": m, "v": v, "t": t}
