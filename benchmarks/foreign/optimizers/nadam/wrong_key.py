# says: The config is asked for "beta_1", a key that it does not have.
def nadam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    b1, b2 = config["beta_1"], config["beta_2"]
    config["t"] += 1
    t = config["t"]
    config["m"] = b1 * config["m"] + (1 - b1) * dw
    config["v"] = b2 * config["v"] + (1 - b2) * dw**2
    bar = b1 * config["m"] / (1 - b1 ** (t + 1)) + (1 - b1) * dw / (1 - b1**t)
    return w - config["learning_rate"] * bar / (np.sqrt(config["v"] / (1 - b2**t)) + config["epsilon"]), config
