# says: The velocity lives in a variable of the module, so all parameters share one; it belongs into config.
_velocity = None

def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))
    global _velocity
    if _velocity is None or np.shape(_velocity) != np.shape(w):
        _velocity = config["velocity"]
    _velocity = config["momentum"] * _velocity - config["learning_rate"] * dw
    config["velocity"] = _velocity
    return w + _velocity, config
