# says: The spread-out kernel is dilation * k wide, so the output is too small.
def dilated_conv(x, w, b, stride, pad, dilation):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    oh = (H + 2 * pad - dilation * kh) // stride + 1
    ow = (W + 2 * pad - dilation * kw) // stride + 1
    out = np.zeros((N, F, oh, ow)) + b[None, :, None, None]
    for u in range(kh):
        for v in range(kw):
            px = xp[:, :, u * dilation :: stride, v * dilation :: stride][:, :, :oh, :ow]
            out += np.einsum("nchw,fc->nfhw", px, w[:, :, u, v])
    return out
