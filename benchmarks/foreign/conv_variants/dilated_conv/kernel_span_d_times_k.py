# says: The effective kernel size is taken as dilation*k instead of dilation*(k-1)+1, so the output is too small.
def dilated_conv(x, w, b, stride, pad, dilation):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    big = np.zeros((F, C, HH * dilation, WW * dilation))
    big[:, :, ::dilation, ::dilation] = w
    out, _ = conv_forward_fast(x, big, b, {'stride': stride, 'pad': pad})
    return out
