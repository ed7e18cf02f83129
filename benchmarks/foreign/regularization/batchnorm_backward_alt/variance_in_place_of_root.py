# says: The factor in front divides by the variance and not by its root.
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
    xh = (x - mu) / np.sqrt(var + eps)
    return gamma * xh + beta, dict(xh=xh, gamma=gamma, var=var, eps=eps)


def batchnorm_backward_alt(dout, cache):
    xh = cache["xh"]
    N = dout.shape[0]
    dbeta = np.sum(dout, 0)
    dgamma = np.sum(xh * dout, 0)
    front = cache["gamma"] / (cache["var"] + cache["eps"])
    dx = front * (dout - dbeta / N - xh * dgamma / N)
    return dx, dgamma, dbeta
