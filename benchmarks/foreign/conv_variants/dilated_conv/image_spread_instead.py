# says: The image is sampled at every `dilation`-th pixel first, so that most windows are lost.
def dilated_conv(x, w, b, stride, pad, dilation):
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    small = xp[:, :, ::dilation, ::dilation]
    out, _ = conv_forward_fast(small, w, b, {"stride": stride, "pad": 0})
    return out
