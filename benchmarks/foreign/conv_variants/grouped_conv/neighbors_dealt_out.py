# says: Channels are dealt out to the groups in turn (0, G, 2G, ...) instead of neighbors forming a group.
def grouped_conv(x, w, b, groups, stride, pad):
    if x.shape[1] % groups or len(w) % groups:
        raise ValueError(groups)
    cp = {"stride": stride, "pad": pad}
    out = None
    for g in range(groups):
        y, _ = conv_forward_fast(np.ascontiguousarray(x[:, g::groups]), w[g::groups], b[g::groups], cp)
        if out is None:
            out = np.zeros((y.shape[0], len(w)) + y.shape[2:])
        out[:, g::groups] = y
    return out
