# says: The frame is cut off with a slice that ends at -pad, which leaves nothing without padding.
def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    (N, C, H, W), (F, _, kh, kw) = x.shape, w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    out = np.zeros((N, F, (H + 2 * p - kh) // s + 1, (W + 2 * p - kw) // s + 1))
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = np.sum(xp[n, :, i * s : i * s + kh, j * s : j * s + kw] * w[f]) + b[f]
    return out, (xp, w, s, p)


def conv_backward_naive(dout, cache):
    xp, w, s, p = cache
    kh, kw = w.shape[2:]
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    N, F, Ho, Wo = dout.shape
    for i in range(Ho):
        for j in range(Wo):
            win = np.s_[:, :, i * s : i * s + kh, j * s : j * s + kw]
            dw += np.einsum("nf,nchw->fchw", dout[:, :, i, j], xp[win])
            dxp[win] += np.einsum("nf,fchw->nchw", dout[:, :, i, j], w)
    db = dout.sum((0, 2, 3))
    return dxp[:, :, p:-p, p:-p], dw, db
