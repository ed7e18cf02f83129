# says: gamma is taken out of the sums over the features, as in batch normalization, where it does not belong.
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = x.mean(axis=1, keepdims=True)
    s = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xh = (x - mu) / s
    return gamma * xh + beta, (xh, s, gamma)


def layernorm_backward(dout, cache):
    xh, s, gamma = cache
    D = dout.shape[1]
    dx = gamma / s * (dout - dout.sum(1, keepdims=True) / D - xh * (dout * xh).sum(1, keepdims=True) / D)
    return dx, (dout * xh).sum(0), dout.sum(0)
