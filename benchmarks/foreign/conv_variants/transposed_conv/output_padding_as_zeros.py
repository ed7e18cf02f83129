# says: The output padding is added as rows of zeros (and bias) after the crop, and not to the canvas before it.
def transposed_conv(x, w, b, stride, pad, output_padding):
    if not 0 <= output_padding < stride:
        raise ValueError("bad output padding")
    N, C, H, W = x.shape
    _, F, kh, kw = w.shape
    h, wd = (H - 1) * stride + kh, (W - 1) * stride + kw
    canvas = np.zeros((N, F, h, wd))
    for u in range(kh):
        for v in range(kw):
            canvas[:, :, u : u + H * stride : stride, v : v + W * stride : stride][:, :, :H, :W] += np.einsum(
                "nchw,cf->nfhw", x, w[:, :, u, v]
            )
    canvas = canvas[:, :, pad : h - pad, pad : wd - pad]
    canvas = np.pad(canvas, ((0, 0), (0, 0), (0, output_padding), (0, output_padding)))
    return canvas + b[:, None, None]
