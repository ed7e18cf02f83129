# says: dgamma and dbeta are summed over the features and not over the batch.
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    c = x - x.mean(axis=1, keepdims=True)
    inv = 1 / np.sqrt((c**2).mean(axis=1, keepdims=True) + eps)
    return gamma * c * inv + beta, (c * inv, inv, gamma)


def layernorm_backward(dout, cache):
    xh, inv, gamma = cache
    g = dout * gamma
    dx = inv * (g - g.mean(axis=1, keepdims=True) - xh * (g * xh).mean(axis=1, keepdims=True))
    dgamma = (dout * xh).sum(axis=1)
    dbeta = dout.sum(axis=1)
    return dx, dgamma, dbeta
