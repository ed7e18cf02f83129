# says: right
def max_pool_forward_naive(x, pool_param):
    ph, pw, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    win = np.lib.stride_tricks.sliding_window_view(x, (ph, pw), axis=(2, 3))[:, :, ::s, ::s]
    return win.max(axis=(-1, -2)), (x.copy(), ph, pw, s)


def max_pool_backward_naive(dout, cache):
    x, ph, pw, s = cache
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dout.shape[2:]):
        place = np.s_[:, :, i * s : i * s + ph, j * s : j * s + pw]
        top = x[place] == x[place].max(axis=(2, 3), keepdims=True)
        dx[place] += top / top.sum(axis=(2, 3), keepdims=True) * dout[:, :, i, j, None, None]
    return dx
