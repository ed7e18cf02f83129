# says: The step counter is a module-level variable that all parameters share, instead of an entry of config.
_adam_steps = [0]


def adam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    _adam_steps[0] += 1
    t = _adam_steps[0]
    config["t"] = t
    b1, b2 = config["beta1"], config["beta2"]
    config["m"] = b1 * config["m"] + (1 - b1) * dw
    config["v"] = b2 * config["v"] + (1 - b2) * dw**2
    return w - config["learning_rate"] * (config["m"] / (1 - b1**t)) / (
        np.sqrt(config["v"] / (1 - b2**t)) + config["epsilon"]
    ), config
