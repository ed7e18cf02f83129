# says: The stride is applied a second time in the pointwise step; it belongs to the depthwise step only.
def depthwise_separable_conv(x, dw, pw, stride, pad):
    N, C, H, W = x.shape
    _, M, HH, WW = dw.shape
    depth = np.concatenate([
        conv_forward_fast(x[:, c:c+1], dw[c].reshape(M, 1, HH, WW), np.zeros(M), {'stride': stride, 'pad': pad})[0]
        for c in range(C)], axis=1)
    w1 = pw[:, :, None, None]
    out, _ = conv_forward_fast(depth, w1, np.zeros(len(pw)), {'stride': stride, 'pad': 0})
    return out
