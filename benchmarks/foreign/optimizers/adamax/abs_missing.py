# says: The absolute value is missing, so negative gradients never enter the maximum.
def adamax(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("u", np.zeros_like(w))
    config.setdefault("t", 0)
    t = config["t"] + 1
    m = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    u = np.maximum(config["beta2"] * config["u"], dw)
    config["t"], config["m"], config["u"] = t, m, u
    return w - config["learning_rate"] / (1 - config["beta1"] ** t) * m / (u + config["epsilon"]), config
