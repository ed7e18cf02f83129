# says: right
def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if mode not in {"train", "test"}:
        raise ValueError(mode)
    if mode == "train":
        first = x[0]
        center = first + (x - first).mean(axis=0)
        spread = np.square(x - center).mean(axis=0)
        bn_param["running_mean"] = center + momentum * (running_mean - center)
        bn_param["running_var"] = spread + momentum * (running_var - spread)
    else:
        center, spread = running_mean, running_var
    scale = (spread + eps) ** -0.5
    normal = (x - center) * scale
    return normal * gamma + beta, (normal, gamma * scale)


def batchnorm_backward(dout, cache):
    normal, factor = cache
    along = np.einsum("nd,nd->d", dout, normal)
    dx = factor * (dout - dout.mean(axis=0) - normal * along / len(dout))
    return dx, along, dout.sum(axis=0)


