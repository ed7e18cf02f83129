# says: The decay acts on the weight that has already moved.
def adamw(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("weight_decay", 1e-2)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    b1, b2 = config["beta1"], config["beta2"]
    config["t"] += 1
    config["m"] = b1 * config["m"] + (1 - b1) * dw
    config["v"] = b2 * config["v"] + (1 - b2) * dw**2
    mh = config["m"] / (1 - b1 ** config["t"])
    vh = config["v"] / (1 - b2 ** config["t"])
    w = w - config["learning_rate"] * mh / (np.sqrt(vh) + config["epsilon"])
    w = w - config["learning_rate"] * config["weight_decay"] * w
    return w, config
