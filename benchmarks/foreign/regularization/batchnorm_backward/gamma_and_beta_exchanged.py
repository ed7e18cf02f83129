# says: dgamma and dbeta are returned in the wrong order.
def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if mode == "train":
        mu, var = x.mean(0), x.var(0)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mu
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    elif mode == "test":
        mu, var = running_mean, running_var
    else:
        raise ValueError(mode)
    s = np.sqrt(var + eps)
    return gamma * (x - mu) / s + beta, ((x - mu) / s, s, gamma)


def batchnorm_backward(dout, cache):
    xh, s, gamma = cache
    g = dout * gamma
    dx = (g - g.mean(0) - xh * (g * xh).mean(0)) / s
    return dx, dout.sum(0), (dout * xh).sum(0)
