# says: right
def adadelta(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1.0)
    config.setdefault("decay_rate", 0.95)
    config.setdefault("epsilon", 1e-6)
    config.setdefault("cache", np.zeros_like(w))
    config.setdefault("delta_cache", np.zeros_like(w))
    keep, eps = config["decay_rate"], config["epsilon"]
    config["cache"] = keep * config["cache"] + (1 - keep) * np.square(dw)
    ratio = (config["delta_cache"] + eps) / (config["cache"] + eps)
    move = -np.sqrt(ratio) * dw
    config["delta_cache"] = keep * config["delta_cache"] + (1 - keep) * np.square(move)
    return w + config["learning_rate"] * move, config
