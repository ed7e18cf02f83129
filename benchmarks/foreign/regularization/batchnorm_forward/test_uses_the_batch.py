# says: In mode test the statistics of the batch are still used, and the running values are updated as well.
def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if mode != "train" and mode != "test":
        raise ValueError(mode)
    mu = x.mean(axis=0)
    c = x - mu
    var = (c * c).mean(axis=0)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mu
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    inv = (var + eps) ** -0.5
    return gamma * c * inv + beta, (c * inv, inv, gamma)
