# says: Only the rows of the kernel are spread out; in the direction of the columns the taps are still side by side.
def dilated_conv(x, w, b, stride, pad, dilation):
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    x_pad = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    H_out = (H + 2 * pad - (dilation * (HH - 1) + 1)) // stride + 1
    W_out = (W + 2 * pad - (dilation * (WW - 1) + 1)) // stride + 1
    out = np.zeros((N, F, H_out, W_out))
    for u in range(HH):
        for v in range(WW):
            rows = u * dilation + stride * np.arange(H_out)
            cols = v + stride * np.arange(W_out)
            tap = x_pad[:, :, rows][:, :, :, cols]
            out += np.einsum('nchw,fc->nfhw', tap, w[:, :, u, v])
    return out + b.reshape(1, -1, 1, 1)
