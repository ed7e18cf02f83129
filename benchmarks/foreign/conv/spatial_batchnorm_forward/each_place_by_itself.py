# says: Each channel at each place has its own mean: the statistics run over the batch only.
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps = bn_param["mode"], bn_param.get("eps", 1e-5)
    mom = bn_param.get("momentum", 0.9)
    C = x.shape[1]
    rm = bn_param.get("running_mean", np.zeros(C))
    rv = bn_param.get("running_var", np.zeros(C))
    if mode == "train":
        mu, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = mom * rm + (1 - mom) * mu.mean(axis=(1, 2))
        bn_param["running_var"] = mom * rv + (1 - mom) * var.mean(axis=(1, 2))
    elif mode == "test":
        mu, var = rm[:, None, None], rv[:, None, None]
    else:
        raise ValueError(mode)
    xh = (x - mu) / np.sqrt(var + eps)
    return gamma[:, None, None] * xh + beta[:, None, None], (xh, gamma, var + eps)
