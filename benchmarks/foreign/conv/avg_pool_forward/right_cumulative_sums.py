# says: right
def avg_pool_forward(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    rows = np.lib.stride_tricks.sliding_window_view(x, ph, axis=2)[:, :, ::s].mean(axis=-1)
    out = np.lib.stride_tricks.sliding_window_view(rows, pw, axis=3)[:, :, :, ::s].mean(axis=-1)
    return out, {"shape": x.shape, **pool_param}


def avg_pool_backward(dout, cache):
    ph, pw, s = cache["pool_height"], cache["pool_width"], cache["stride"]
    dx = np.zeros(cache["shape"])
    for (i, j) in np.ndindex(dout.shape[2:]):
        dx[:, :, i * s : i * s + ph, j * s : j * s + pw] += dout[:, :, i, j][:, :, None, None] / (ph * pw)
    return dx
