# says: Zeros are put between the pixels and an ordinary convolution runs over them, but the kernel is not turned.
def transposed_conv(x, w, b, stride, pad, output_padding):
    if not (0 <= output_padding < stride):
        raise ValueError(output_padding)
    N, C, H, W = x.shape
    _, F, kh, kw = w.shape
    up = np.zeros((N, C, (H - 1) * stride + 1, (W - 1) * stride + 1))
    up[:, :, ::stride, ::stride] = x
    up = np.pad(up, ((0, 0), (0, 0), (kh - 1, kh - 1 + output_padding), (kw - 1, kw - 1 + output_padding)))
    out, _ = conv_forward_fast(up, w.swapaxes(0, 1).copy(), b, {"stride": 1, "pad": 0})
    return out[:, :, pad : out.shape[2] - pad, pad : out.shape[3] - pad]
