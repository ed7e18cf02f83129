# says: The sums in the formula are divided by N and not by N H W.
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    table = np.moveaxis(x, 1, -1).reshape(-1, C)
    out, _ = batchnorm_forward(table, gamma, beta, bn_param)
    s = np.sqrt(table.var(axis=0) + bn_param.get("eps", 1e-5))
    xh = ((table - table.mean(axis=0)) / s).reshape(N, H, W, C)
    return np.moveaxis(out.reshape(N, H, W, C), -1, 1), (np.moveaxis(xh, -1, 1), s, gamma)


def spatial_batchnorm_backward(dout, cache):
    xh, s, gamma = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=(0, 2, 3))
    dgamma = (dout * xh).sum(axis=(0, 2, 3))
    b = lambda a: a[None, :, None, None]
    dx = b(gamma / s) * (dout - b(dbeta) / N - xh * b(dgamma) / N)
    return dx, dgamma, dbeta
