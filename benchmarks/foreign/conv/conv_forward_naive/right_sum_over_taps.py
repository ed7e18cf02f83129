# says: right
def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    _, _, H, W = x.shape
    kh, kw = w.shape[-2:]
    oh, ow = (H + 2 * p - kh) // s + 1, (W + 2 * p - kw) // s + 1
    framed = np.pad(x, [(0, 0)] * 2 + [(p, p)] * 2)
    total = b[None, :, None, None]
    for u in range(kh):
        for v in range(kw):
            seen = framed[:, :, u : u + s * (oh - 1) + 1 : s, v : v + s * (ow - 1) + 1 : s]
            total = total + np.einsum("nchw,fc->nfhw", seen, w[:, :, u, v])
    return total, (x, w, b, conv_param)
