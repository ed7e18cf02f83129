# says: The bias is added to every product before the sum, so it counts once for each weight.
def conv_forward_naive(x, w, b, conv_param):
    st, pd = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, [(0, 0), (0, 0), (pd, pd), (pd, pd)])
    oh = (H + 2 * pd - kh) // st + 1
    ow = (W + 2 * pd - kw) // st + 1
    out = np.zeros((N, F, oh, ow))
    for n, f, i, j in np.ndindex(out.shape):
        patch = xp[n, :, i * st : i * st + kh, j * st : j * st + kw]
        out[n, f, i, j] = np.sum(patch * w[f] + b[f])
    return out, (x, w, b, conv_param)
