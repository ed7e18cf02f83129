# says: Where several entries are the largest, each of them gets the whole dout: gradient is created from nothing. Give it to one, or share it.
def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    oh, ow = (H - ph) // s + 1, (W - pw) // s + 1
    out = np.zeros((N, C, oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = x[:, :, i * s:i * s + ph, j * s:j * s + pw].max(axis=(2, 3))
    return out, (x, pool_param)

def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    HH, WW, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            region = x[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
            mask = region == region.max(axis=(2, 3), keepdims=True)
            dx[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW] += mask * dout[:, :, i, j][:, :, None, None]
    return dx
