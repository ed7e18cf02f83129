# says: The look-ahead uses the old first moment and not the new one.
def nadam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    b1, b2, eps = config["beta1"], config["beta2"], config["epsilon"]
    t = config["t"] + 1
    old_m = config["m"]
    m = b1 * old_m + (1 - b1) * dw
    v = b2 * config["v"] + (1 - b2) * dw * dw
    num = b1 * old_m / (1 - b1 ** (t + 1)) + (1 - b1) * dw / (1 - b1**t)
    config.update(m=m, v=v, t=t)
    return w - config["learning_rate"] * num / (np.sqrt(v / (1 - b2**t)) + eps), config
