# says: The padding is still there; the result must have the shape x_shape.
def col2im(cols, x_shape, kh, kw, stride, pad):
    N, C, H, W = x_shape
    oh, ow = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    col = cols.T.reshape(N, oh, ow, C, kh, kw)
    for i in range(oh):
        for j in range(ow):
            out[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw] += col[:, i, j]
    return out
