# says: The output size knows the dilation, but the taps lie side by side.
def dilated_conv(x, w, b, stride, pad, dilation):
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    F, C, HH, WW = w.shape
    oh = (xp.shape[2] - (dilation * (HH - 1) + 1)) // stride + 1
    ow = (xp.shape[3] - (dilation * (WW - 1) + 1)) // stride + 1
    out = np.zeros((len(x), F, oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = xp[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            out[:, :, i, j] = np.tensordot(window, w, ((1, 2, 3), (1, 2, 3))) + b
    return out
