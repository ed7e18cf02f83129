# says: beta * t is subtracted from 1 where the power of beta belongs.
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
    t = config["t"]
    for name, beta, g in (("m", "beta1", dw), ("v", "beta2", dw**2)):
        config[name] = config[beta] * config[name] + (1 - config[beta]) * g
    first = config["m"] / (1 - config["beta1"] * t)
    second = config["v"] / (1 - config["beta2"] * t)
    return w - config["learning_rate"] * first / (np.sqrt(second) + config["epsilon"]), config
