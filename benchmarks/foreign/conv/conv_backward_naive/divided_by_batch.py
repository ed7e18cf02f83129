# says: The gradients of weights and biases are divided by the number of images.
def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    (N, C, H, W), (F, _, kh, kw) = x.shape, w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    out = np.zeros((N, F, (H + 2 * p - kh) // s + 1, (W + 2 * p - kw) // s + 1))
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = np.sum(xp[n, :, i * s : i * s + kh, j * s : j * s + kw] * w[f]) + b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for n, f, i, j in np.ndindex(dout.shape):
        y0, x0 = i * s, j * s
        dw[f] += dout[n, f, i, j] * xp[n, :, y0 : y0 + kh, x0 : x0 + kw]
        dxp[n, :, y0 : y0 + kh, x0 : x0 + kw] += dout[n, f, i, j] * w[f]
    return dxp[:, :, p : H + p, p : W + p], dw / N, dout.sum(axis=(0, 2, 3)) / N
