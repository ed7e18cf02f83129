# says: np.max is called with two arrays, of which the second is taken for an axis, so it crashes.
def adamax(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("u", np.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] += 1
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["u"] = np.max(config["beta2"] * config["u"], np.abs(dw))
    rate = config["learning_rate"] / (1 - config["beta1"] ** config["t"])
    return w - rate * config["m"] / (config["u"] + config["epsilon"]), config
