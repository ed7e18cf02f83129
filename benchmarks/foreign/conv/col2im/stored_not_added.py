# says: The entries are stored and not added, so a pixel keeps only one of its windows.
def col2im(cols, x_shape, kh, kw, stride, pad):
    N, C, H, W = x_shape
    oh, ow = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    c6 = cols.reshape(C, kh, kw, N, oh, ow)
    xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for u in range(kh):
        for v in range(kw):
            xp[:, :, u : u + stride * oh : stride, v : v + stride * ow : stride] = c6[:, u, v].transpose(1, 0, 2, 3)
    return xp[:, :, pad : pad + H, pad : pad + W]
