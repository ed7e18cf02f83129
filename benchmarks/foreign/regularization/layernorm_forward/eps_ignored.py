# says: eps is fixed at 1e-5, the value in ln_param is not read.
def layernorm_forward(x, gamma, beta, ln_param):
    eps = 1e-5
    xt = x.T
    xhat = ((xt - xt.mean(0)) / np.sqrt(xt.var(0) + eps)).T
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return gamma * xhat + beta, (xhat, gamma, std)


def layernorm_backward(dout, cache):
    xhat, gamma, root = cache
    g = dout * gamma
    dx = (g - g.mean(axis=1, keepdims=True) - xhat * (g * xhat).mean(axis=1, keepdims=True)) / root
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)
