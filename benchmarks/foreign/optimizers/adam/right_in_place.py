# says: Right; updates w, m and v in place with out= arguments.
def adam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] += 1
    m, v = config["m"], config["v"]
    m *= config["beta1"]
    m += (1 - config["beta1"]) * dw
    v *= config["beta2"]
    v += (1 - config["beta2"]) * np.square(dw)
    root = np.sqrt(v / (1 - config["beta2"] ** config["t"]))
    root += config["epsilon"]
    w -= config["learning_rate"] / (1 - config["beta1"] ** config["t"]) * np.divide(m, root)
    return w, config
