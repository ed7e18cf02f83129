# says: Right; dx by spreading dout with zeros and a full correlation with the turned filters (scipy), dw by correlating x with the spread dout.
from scipy.signal import correlate2d, convolve2d

def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    oh, ow = (H + 2 * p - kh) // s + 1, (W + 2 * p - kw) // s + 1
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    out = np.zeros((N, F, oh, ow))
    for n in range(N):
        for f in range(F):
            for i in range(oh):
                for j in range(ow):
                    out[n, f, i, j] = np.sum(xp[n, :, i * s:i * s + kh, j * s:j * s + kw] * w[f]) + b[f]
    return out, (x, w, b, conv_param)

def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Hp, Wp = H + 2 * p, W + 2 * p
    spread = np.zeros((N, F, Hp - kh + 1, Wp - kw + 1))
    spread[:, :, ::s, ::s][:, :, :dout.shape[2], :dout.shape[3]] = dout
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for n in range(N):
        for f in range(F):
            for c in range(C):
                dxp[n, c] += convolve2d(spread[n, f], w[f, c], mode="full")
                dw[f, c] += correlate2d(xp[n, c], spread[n, f], mode="valid")
    return dxp[:, :, p:p + H, p:p + W], dw, dout.sum(axis=(0, 2, 3))
