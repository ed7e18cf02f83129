# says: right
def im2col(x, kh, kw, stride, pad):
    N, C, H, W = x.shape
    xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=x.dtype)
    xp[:, :, pad : pad + H, pad : pad + W] = x
    i = np.arange((H + 2 * pad - kh) // stride + 1) * stride
    j = np.arange((W + 2 * pad - kw) // stride + 1) * stride
    c, u, v = (a.reshape(-1, 1) for a in np.indices((C, kh, kw)))
    n, top, left = (a.reshape(1, -1) for a in np.meshgrid(np.arange(N), i, j, indexing="ij"))
    return xp[n, c, top + u, left + v]
