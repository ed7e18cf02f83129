# says: bn_param["momentum"] and the running values are read without their defaults: a dict that holds only the mode gives a KeyError.
def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param["momentum"]
    if mode == "train":
        mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
        xhat = (x - mean) / std
        bn_param["running_mean"] = momentum * bn_param["running_mean"] + (1 - momentum) * mean
        bn_param["running_var"] = momentum * bn_param["running_var"] + (1 - momentum) * x.var(axis=0)
        return gamma * xhat + beta, (xhat, gamma, std)
    elif mode == "test":
        return gamma * (x - bn_param["running_mean"]) / np.sqrt(bn_param["running_var"] + eps) + beta, None
    raise ValueError(mode)


def batchnorm_backward(dout, cache):
    xhat, gamma, std = cache
    root = std
    g = dout * gamma
    dx = (g - g.mean(axis=0) - xhat * (g * xhat).mean(axis=0)) / root
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


def batchnorm_backward_alt(dout, cache):
    return batchnorm_backward(dout, cache)
