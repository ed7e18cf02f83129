# says: The frame is cropped with [pad:-pad], which leaves nothing for pad = 0.
def transposed_conv(x, w, b, stride, pad, output_padding):
    if output_padding < 0 or output_padding >= stride:
        raise ValueError("output_padding")
    N, C, H, W = x.shape
    F, HH, WW = w.shape[1:]
    big = np.zeros((N, F, (H - 1) * stride + HH + output_padding, (W - 1) * stride + WW + output_padding))
    for i in range(H):
        for j in range(W):
            big[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW] += np.tensordot(
                x[:, :, i, j], w, axes=(1, 0)
            )
    big += b.reshape(1, -1, 1, 1)
    return big[:, :, pad:-pad, pad:-pad]
