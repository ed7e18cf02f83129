# says: The product is reshaped to (N, F, H', W') without exchanging the axes, which is wrong for more than one image.
def conv_forward_fast(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    win = np.lib.stride_tricks.sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::s, ::s]
    oh, ow = win.shape[2:4]
    cols = win.transpose(1, 4, 5, 0, 2, 3).reshape(C * kh * kw, -1)
    out = w.reshape(F, -1) @ cols + b[:, None]
    return out.reshape(N, F, oh, ow), (x, w, b, conv_param)
