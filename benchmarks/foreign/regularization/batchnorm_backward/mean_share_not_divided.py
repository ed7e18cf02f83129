# says: What the mean received is given to each example in full and not divided by N.
def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if mode == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    elif mode == "test":
        mean, var = running_mean, running_var
    else:
        raise ValueError(mode)
    ivar = 1.0 / np.sqrt(var + eps)
    xmu = x - mean
    return gamma * xmu * ivar + beta, (xmu, ivar, gamma)


def batchnorm_backward(dout, cache):
    xmu, ivar, gamma = cache
    N, D = dout.shape
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xmu * ivar).sum(axis=0)
    g = dout * gamma
    dvar = np.sum(g * xmu, axis=0) * -0.5 * ivar**3
    dxmu = g * ivar + 2.0 / N * xmu * dvar
    dmu = -dxmu.sum(axis=0)
    dx = dxmu + np.ones((N, D)) * dmu
    return dx, dgamma, dbeta
