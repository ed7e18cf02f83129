# says: right
def adamax(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("u", np.zeros_like(w))
    config.setdefault("t", 0)
    new = dict(config)
    new["t"] = config["t"] + 1
    new["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    faded, size = config["beta2"] * config["u"], np.abs(dw)
    new["u"] = np.where(size > faded, size, faded)
    unbiased = new["m"] / (1 - config["beta1"] ** new["t"])
    return w - config["learning_rate"] * unbiased / (new["u"] + config["epsilon"]), new
