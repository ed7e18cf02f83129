# says: The way through zeros between the pixels forgets to turn the kernel round before the ordinary convolution.
def transposed_conv(x, w, b, stride, pad, output_padding):
    if not 0 <= output_padding < stride: raise ValueError('output_padding')
    N, C, H, W = x.shape
    _, F, HH, WW = w.shape
    z = np.zeros((N, C, (H - 1) * stride + 1, (W - 1) * stride + 1))
    z[:, :, ::stride, ::stride] = x
    z = np.pad(z, ((0, 0), (0, 0), (HH - 1, HH - 1 + output_padding), (WW - 1, WW - 1 + output_padding)))
    full, _ = conv_forward_fast(z, w.transpose(1, 0, 2, 3), b, {'stride': 1, 'pad': 0})
    return full[:, :, pad:full.shape[2] - pad, pad:full.shape[3] - pad]
