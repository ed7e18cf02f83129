# says: Only the first kernel of each channel is used, which crashes for more than one.
def depthwise_separable_conv(x, dw, pw, stride, pad):
    maps = []
    for c in range(x.shape[1]):
        y = conv_forward_fast(x[:, c][:, None], dw[c, 0][None, None], np.zeros(1), {"stride": stride, "pad": pad})[0]
        maps.append(y[:, 0])
    maps = np.stack(maps, axis=1)
    return np.tensordot(pw, maps, axes=(1, 1)).swapaxes(0, 1)
