# says: The axes are not moved before the reshape, so images and channels get mixed up.
def im2col(x, kh, kw, stride, pad):
    N, C, H, W = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    oh, ow = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    cols = np.zeros((N, C, kh, kw, oh, ow))
    for u in range(kh):
        for v in range(kw):
            cols[:, :, u, v] = xp[:, :, u : u + stride * oh : stride, v : v + stride * ow : stride]
    return cols.reshape(C * kh * kw, N * oh * ow)
