# says: dout is reshaped to (F, ...) without exchanging the axes of images and filters first, which is wrong for more than one image.
def conv_forward_fast(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    win = np.lib.stride_tricks.sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::s, ::s]
    cols = win.transpose(1, 4, 5, 0, 2, 3).reshape(C * kh * kw, -1)
    out = (w.reshape(F, -1) @ cols + b[:, None]).reshape(F, N, *win.shape[2:4]).swapaxes(0, 1)
    return out, (x, w, b, conv_param, cols)


def conv_backward_fast(dout, cache):
    x, w, b, conv_param, cols = cache
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    oh, ow = dout.shape[2:]
    D = dout.reshape(F, -1)
    dw = (D @ cols.T).reshape(w.shape)
    dcols = (w.reshape(F, -1).T @ D).reshape(C, kh, kw, N, oh, ow)
    dx = np.zeros((N, C, H + 2 * p, W + 2 * p))
    for u in range(kh):
        for v in range(kw):
            dx[:, :, u : u + s * oh : s, v : v + s * ow : s] += dcols[:, u, v].swapaxes(0, 1)
    return dx[:, :, p : p + H, p : p + W], dw, dout.sum((0, 2, 3))
