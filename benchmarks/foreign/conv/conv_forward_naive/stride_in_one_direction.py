# says: The columns of the windows start at j instead of j * stride.
def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    Hn = (H + 2 * p - HH) // s + 1
    Wn = (W + 2 * p - WW) // s + 1
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    out = np.zeros((N, F, Hn, Wn))
    for n in range(N):
        for f in range(F):
            for r in range(Hn):
                for c in range(Wn):
                    out[n, f, r, c] = (xp[n, :, r * s:r * s + HH, c:c + WW] * w[f]).sum() + b[f]
    cache = (x, w, b, conv_param)
    return out, cache


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
