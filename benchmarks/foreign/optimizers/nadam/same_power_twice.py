# says: The first term is corrected with t and not with t + 1.
def nadam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    b1, b2 = config["beta1"], config["beta2"]
    config["t"] += 1
    t = config["t"]
    config["m"] = b1 * config["m"] + (1 - b1) * dw
    config["v"] = b2 * config["v"] + (1 - b2) * dw**2
    bar = (b1 * config["m"] + (1 - b1) * dw) / (1 - b1**t)
    vh = config["v"] / (1 - b2**t)
    return w - config["learning_rate"] * bar / (np.sqrt(vh) + config["epsilon"]), config
