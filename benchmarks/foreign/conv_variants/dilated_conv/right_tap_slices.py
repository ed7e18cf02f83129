# says: Right: loops over the taps and adds up strided slices of the padded image, without building a spread-out kernel.
def dilated_conv(x, w, b, stride, pad, dilation):
    n, c, h, wd = x.shape
    f, _, kh, kw = w.shape
    xp = np.zeros((n, c, h + 2 * pad, wd + 2 * pad))
    xp[:, :, pad:pad + h, pad:pad + wd] = x
    oh = (h + 2 * pad - dilation * (kh - 1) - 1) // stride + 1
    ow = (wd + 2 * pad - dilation * (kw - 1) - 1) // stride + 1
    out = np.zeros((n, f, oh, ow))
    for u in range(kh):
        for v in range(kw):
            r, q = u * dilation, v * dilation
            piece = xp[:, :, r:r + (oh - 1) * stride + 1:stride, q:q + (ow - 1) * stride + 1:stride]
            out += np.tensordot(w[:, :, u, v], piece, axes=(1, 1)).swapaxes(0, 1)
    return out + b[:, None, None]
