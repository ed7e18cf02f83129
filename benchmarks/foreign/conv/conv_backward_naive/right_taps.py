# says: right
def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    kh, kw = w.shape[-2:]
    oh, ow = (x.shape[2] + 2 * p - kh) // s + 1, (x.shape[3] + 2 * p - kw) // s + 1
    framed = np.pad(x, [(0, 0)] * 2 + [(p, p)] * 2)
    out = np.zeros((len(x), len(w), oh, ow)) + b[:, None, None]
    for u, v in np.ndindex(kh, kw):
        out += np.einsum("nchw,fc->nfhw", framed[:, :, u : u + s * oh : s, v : v + s * ow : s][..., :oh, :ow], w[:, :, u, v])
    return out, (framed, x.shape, w, s, p)


def conv_backward_naive(dout, cache):
    framed, shape, w, s, p = cache
    oh, ow = dout.shape[2:]
    dframed, dw = np.zeros(framed.shape), np.zeros(w.shape)
    for u, v in np.ndindex(w.shape[2:]):
        place = (slice(None), slice(None), slice(u, u + s * (oh - 1) + 1, s), slice(v, v + s * (ow - 1) + 1, s))
        dw[:, :, u, v] = np.einsum("nfhw,nchw->fc", dout, framed[place])
        dframed[place] += np.einsum("nfhw,fc->nchw", dout, w[:, :, u, v])
    return dframed[:, :, p : p + shape[2], p : p + shape[3]].copy(), dw, np.einsum("nfhw->f", dout)
