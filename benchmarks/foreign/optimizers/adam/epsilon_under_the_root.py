# says: epsilon is added under the root of the corrected second moment.
def adam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] = t = config["t"] + 1
    config["m"] = m = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["v"] = v = config["beta2"] * config["v"] + (1 - config["beta2"]) * dw**2
    mhat = m / (1 - config["beta1"] ** t)
    vhat = v / (1 - config["beta2"] ** t)
    return w - config["learning_rate"] * mhat / np.sqrt(vhat + config["epsilon"]), config
