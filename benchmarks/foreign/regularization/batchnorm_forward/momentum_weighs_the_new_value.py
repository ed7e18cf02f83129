# says: momentum weighs the value of the batch and not the old running value.
def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if mode == "train":
        m, v = x.mean(0), x.var(0)
        bn_param["running_mean"] = (1 - momentum) * running_mean + momentum * m
        bn_param["running_var"] = (1 - momentum) * running_var + momentum * v
    elif mode == "test":
        m, v = running_mean, running_var
    else:
        raise ValueError(f"unknown mode {mode!r}")
    s = 1 / np.sqrt(v + eps)
    h = (x - m) * s
    return h * gamma + beta, (h, s, gamma)
