# says: The maps in between are ordered kernel by kernel (m C + c) and not channel by channel (c M + m).
def depthwise_separable_conv(x, dw, pw, stride, pad):
    C, M, kh, kw = dw.shape
    cp = {"stride": stride, "pad": pad}
    maps = []
    for m in range(M):
        for c in range(C):
            out, _ = conv_forward_fast(x[:, c : c + 1], dw[c : c + 1, m : m + 1], np.zeros(1), cp)
            maps.append(out)
    maps = np.concatenate(maps, axis=1)
    return np.einsum("nkhw,fk->nfhw", maps, pw)
