# says: Stamps overwrite each other where they overlap.
def transposed_conv(x, w, b, stride, pad, output_padding):
    if not 0 <= output_padding < stride:
        raise ValueError
    N, C, H, W = x.shape
    _, F, kh, kw = w.shape
    canvas = np.zeros((N, F, (H - 1) * stride + kh + output_padding, (W - 1) * stride + kw + output_padding))
    for i in range(H):
        for j in range(W):
            stamp = np.einsum("nc,cfuv->nfuv", x[:, :, i, j], w)
            canvas[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] = stamp
    out = canvas[:, :, pad : canvas.shape[2] - pad, pad : canvas.shape[3] - pad]
    return out + b[None, :, None, None]
