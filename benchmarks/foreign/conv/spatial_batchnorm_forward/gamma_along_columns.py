# says: gamma and beta are multiplied along the last axis (the columns) instead of the channels, so it crashes unless W = C.
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param["mode"] not in ("train", "test"):
        raise ValueError(bn_param["mode"])
    eps, mom = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm = bn_param.get("running_mean", np.zeros(x.shape[1]))
    rv = bn_param.get("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "train":
        m, v = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        bn_param["running_mean"] = mom * rm + (1 - mom) * m
        bn_param["running_var"] = mom * rv + (1 - mom) * v
    else:
        m, v = rm, rv
    xh = (x - m[None, :, None, None]) / np.sqrt(v + eps)[None, :, None, None]
    return xh * gamma + beta, (xh, gamma, v, eps)
