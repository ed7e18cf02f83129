# says: The crop is written as [pad:-pad], which gives an empty array for pad = 0.
def transposed_conv(x, w, b, stride, pad, output_padding):
    if not (0 <= output_padding < stride):
        raise ValueError("output_padding must be smaller than stride")
    N, C, H, W = x.shape
    F, HH, WW = w.shape[1:]
    canvas = np.zeros((N, F, (H-1)*stride + HH + output_padding, (W-1)*stride + WW + output_padding))
    for n in range(N):
        for c in range(C):
            for i in range(H):
                for j in range(W):
                    canvas[n, :, i*stride:i*stride+HH, j*stride:j*stride+WW] += x[n, c, i, j] * w[c]
    canvas = canvas[:, :, pad:-pad, pad:-pad]
    return canvas + b[:, None, None]
