# says: Along a row the image changes fastest and not slowest.
def im2col(x, kh, kw, stride, pad):
    N, C, H, W = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    oh = (H + 2 * pad - kh) // stride + 1
    ow = (W + 2 * pad - kw) // stride + 1
    out = np.empty((C, kh, kw, oh, ow, N))
    for u in range(kh):
        for v in range(kw):
            out[:, u, v] = xp[:, :, u : u + stride * oh : stride, v : v + stride * ow : stride].transpose(1, 2, 3, 0)
    return out.reshape(C * kh * kw, oh * ow * N)
