# says: Where windows overlap, the later entry of the kernel replaces the earlier one in dx; they have to be added.
def _columns(x, kh, kw, s, p):
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    win = np.lib.stride_tricks.sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::s, ::s]
    N, C, oh, ow = win.shape[:4]
    return win.transpose(1, 4, 5, 0, 2, 3).reshape(C * kh * kw, N * oh * ow), oh, ow

def conv_forward_fast(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    F, C, kh, kw = w.shape
    cols, oh, ow = _columns(x, kh, kw, s, p)
    out = (w.reshape(F, -1) @ cols + b[:, None]).reshape(F, len(x), oh, ow).transpose(1, 0, 2, 3)
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for n in range(N):
        for f in range(F):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    g = dout[n, f, i, j]
                    dw[f] += g * xp[n, :, i * s:i * s + kh, j * s:j * s + kw]
                    dxp[n, :, i * s:i * s + kh, j * s:j * s + kw] += g * w[f]
    return dxp[:, :, p:p + H, p:p + W], dw, dout.sum(axis=(0, 2, 3))
def conv_backward_fast(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    F, C, kh, kw = w.shape
    N, _, H, W = x.shape
    cols, oh, ow = _columns(x, kh, kw, s, p)
    d = dout.transpose(1, 0, 2, 3).reshape(F, -1)
    dcols = (w.reshape(F, -1).T @ d).reshape(C, kh, kw, N, oh, ow)
    dxp = np.zeros((N, C, H + 2 * p, W + 2 * p))
    for u in range(kh):
        for v in range(kw):
            dxp[:, :, u:u + s * (oh - 1) + 1:s, v:v + s * (ow - 1) + 1:s] = dcols[:, u, v].transpose(1, 0, 2, 3)
    return dxp[:, :, p:p + H, p:p + W], (d @ cols.T).reshape(w.shape), d.sum(axis=1)
