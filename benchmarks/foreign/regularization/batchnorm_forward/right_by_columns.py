# says: Right; a loop over columns, with np.std and hypot-like arithmetic, running values by the difference form.
def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    if mode not in {"train", "test"}:
        raise ValueError(mode)
    eps = bn_param.get("eps", 1e-5)
    keep = bn_param.get("momentum", 0.9)
    D = x.shape[1]
    rm = np.array(bn_param.get("running_mean", np.zeros(D)), dtype=float)
    rv = np.array(bn_param.get("running_var", np.zeros(D)), dtype=float)
    out, xhat, roots = np.empty(x.shape), np.empty(x.shape), np.empty(D)
    for d in range(D):
        col = x[:, d]
        m, v = (col.mean(), col.std() ** 2) if mode == "train" else (rm[d], rv[d])
        roots[d] = np.hypot(np.sqrt(v), np.sqrt(eps))
        xhat[:, d] = (col - m) / roots[d]
        out[:, d] = gamma[d] * xhat[:, d] + beta[d]
        if mode == "train":
            rm[d] += (1 - keep) * (m - rm[d])
            rv[d] += (1 - keep) * (v - rv[d])
    if mode == "train":
        bn_param["running_mean"], bn_param["running_var"] = rm, rv
    return out, {"xhat": xhat, "gamma": gamma, "roots": roots}

def batchnorm_backward(dout, cache):
    xhat, roots = cache["xhat"], cache["roots"]
    n = len(dout)
    g = dout * cache["gamma"]
    dx = np.empty(dout.shape)
    for d in range(dout.shape[1]):
        J = np.eye(n) - 1 / n - np.outer(xhat[:, d], xhat[:, d]) / n
        dx[:, d] = J @ g[:, d] / roots[d]
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)

def batchnorm_backward_alt(dout, cache):
    return batchnorm_backward(dout, cache)
