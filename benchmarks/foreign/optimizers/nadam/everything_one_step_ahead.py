# says: The second moment is corrected with t + 1 as well.
def nadam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] += 1
    t, b1, b2 = config["t"], config["beta1"], config["beta2"]
    m = config["m"] = b1 * config["m"] + (1 - b1) * dw
    v = config["v"] = b2 * config["v"] + (1 - b2) * dw**2
    history = b1 * m / (1 - b1 ** (t + 1))
    newest = (1 - b1) * dw / (1 - b1**t)
    return w - config["learning_rate"] * (history + newest) / (np.sqrt(v / (1 - b2 ** (t + 1))) + config["epsilon"]), config
