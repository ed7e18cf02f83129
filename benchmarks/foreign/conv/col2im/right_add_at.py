# says: right
def col2im(cols, x_shape, kh, kw, stride, pad):
    N, C, H, W = x_shape
    oh, ow = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    c, u, v = (a.reshape(-1, 1) for a in np.indices((C, kh, kw)))
    n, i, j = (a.reshape(1, -1) for a in np.indices((N, oh, ow)))
    canvas = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    np.add.at(canvas, (n, c, stride * i + u, stride * j + v), cols)
    return canvas[:, :, pad : pad + H, pad : pad + W]
