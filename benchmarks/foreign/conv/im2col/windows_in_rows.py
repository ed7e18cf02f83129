# says: Each window is a row of your matrix; it should be a column.
def im2col(x, kh, kw, stride, pad):
    N, C, H, W = x.shape
    img = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    out_h = (H + 2 * pad - kh) // stride + 1
    out_w = (W + 2 * pad - kw) // stride + 1
    col = np.zeros((N, C, kh, kw, out_h, out_w))
    for y in range(kh):
        for xx in range(kw):
            col[:, :, y, xx, :, :] = img[:, :, y:y + stride * out_h:stride, xx:xx + stride * out_w:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * out_h * out_w, -1)
