# says: The maximum u is bias-corrected, too.
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
    t = config["t"]
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["u"] = np.maximum(config["beta2"] * config["u"], np.abs(dw))
    m_hat = config["m"] / (1 - config["beta1"] ** t)
    u_hat = config["u"] / (1 - config["beta2"] ** t)
    return w - config["learning_rate"] * m_hat / (u_hat + config["epsilon"]), config
