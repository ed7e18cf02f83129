# says: All four axes are padded, so images and channels are shifted as well.
def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, pad)
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    out = np.zeros((N, F, (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1))
    for n in range(N):
        for f in range(F):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    window = xp[n, :C, i * stride : i * stride + kh, j * stride : j * stride + kw]
                    out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)
