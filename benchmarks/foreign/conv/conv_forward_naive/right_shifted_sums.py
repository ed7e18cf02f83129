# says: Right; loops over the kernel's entries instead of the windows and adds shifted, strided images.
def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    oh, ow = (H + 2 * p - kh) // s + 1, (W + 2 * p - kw) // s + 1
    big = np.zeros((N, C, H + 2 * p, W + 2 * p))
    big[:, :, p:H + p, p:W + p] = x
    out = np.tile(np.reshape(b, (1, F, 1, 1)).astype(float), (N, 1, oh, ow))
    for u in range(kh):
        for v in range(kw):
            seen = big[:, :, u:u + s * (oh - 1) + 1:s, v:v + s * (ow - 1) + 1:s]
            out += np.einsum("nchw,fc->nfhw", seen, w[:, :, u, v])
    return out, (big, w, s, p)

def conv_backward_naive(dout, cache):
    big, w, s, p = cache
    oh, ow = dout.shape[2:]
    dbig, dw = np.zeros(big.shape), np.zeros(w.shape)
    for u in range(w.shape[2]):
        for v in range(w.shape[3]):
            rows, cols = slice(u, u + s * (oh - 1) + 1, s), slice(v, v + s * (ow - 1) + 1, s)
            dw[:, :, u, v] = np.einsum("nfhw,nchw->fc", dout, big[:, :, rows, cols])
            dbig[:, :, rows, cols] += np.einsum("nfhw,fc->nchw", dout, w[:, :, u, v])
    return dbig[:, :, p:dbig.shape[2] - p, p:dbig.shape[3] - p], dw, np.einsum("nfhw->f", dout)
