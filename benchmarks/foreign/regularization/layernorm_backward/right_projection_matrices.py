# says: right
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    rows = x.T - x.mean(axis=1)
    inverse = 1 / np.sqrt(np.square(rows).mean(axis=0) + eps)
    normal = (rows * inverse).T
    return normal * gamma + beta, (normal, inverse, gamma)


def layernorm_backward(dout, cache):
    normal, inverse, gamma = cache
    D = normal.shape[1]
    dx = np.empty_like(normal)
    for n, (h, d) in enumerate(zip(normal, dout * gamma)):
        project = np.eye(D) - np.ones((D, D)) / D - np.outer(h, h) / D
        dx[n] = inverse[n] * (project @ d)
    return dx, np.einsum("nd,nd->d", normal, dout), dout.sum(axis=0)
