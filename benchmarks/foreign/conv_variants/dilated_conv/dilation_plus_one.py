# says: Between two taps lie `dilation` skipped pixels, one too many.
def dilated_conv(x, w, b, stride, pad, dilation):
    d = dilation + 1
    F, C, kh, kw = w.shape
    big = np.zeros((F, C, d * (kh - 1) + 1, d * (kw - 1) + 1))
    big[:, :, ::d, ::d] = w
    return conv_forward_fast(x, big, b, {"stride": stride, "pad": pad})[0]
