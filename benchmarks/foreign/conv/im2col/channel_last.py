# says: The window is unrolled as (row, column, channel): the channel changes fastest.
def im2col(x, kh, kw, stride, pad):
    N, C, H, W = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    oh, ow = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    cols = np.zeros((kh, kw, C, N, oh, ow))
    for u in range(kh):
        for v in range(kw):
            patch = xp[:, :, u : u + stride * oh : stride, v : v + stride * ow : stride]
            cols[u, v] = patch.transpose(1, 0, 2, 3)
    return cols.reshape(kh * kw * C, -1)
