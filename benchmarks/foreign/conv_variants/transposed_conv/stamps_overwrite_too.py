# says: Stamps overwrite each other where they overlap: the canvas is assigned to with = instead of +=.
def transposed_conv(x, w, b, stride, pad, output_padding):
    if not 0 <= output_padding < stride:
        raise ValueError("bad output_padding")
    N, C, H, W = x.shape
    _, F, HH, WW = w.shape
    canvas = np.zeros((N, F, (H - 1) * stride + HH + output_padding, (W - 1) * stride + WW + output_padding))
    for i in range(H):
        for j in range(W):
            canvas[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW] = np.einsum('nc,cfuv->nfuv', x[:, :, i, j], w)
    Hc, Wc = canvas.shape[2:]
    return canvas[:, :, pad:Hc - pad, pad:Wc - pad] + b.reshape(1, F, 1, 1)
