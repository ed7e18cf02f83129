# says: The running value keeps the standard deviation with epsilon and not the variance, and testing divides by its root once more.
def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if mode == "train":
        mu = x.sum(0) / len(x)
        std = np.sqrt(((x - mu) ** 2).sum(0) / len(x) + eps)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mu
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * std
    elif mode == "test":
        mu, std = running_mean, np.sqrt(running_var + eps)
    else:
        raise ValueError("mode")
    xh = (x - mu) / std
    return xh * gamma + beta, (xh, std, gamma)
