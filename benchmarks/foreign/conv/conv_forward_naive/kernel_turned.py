# says: The kernel is turned by 180 degrees, as in a true convolution.
def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    padded = np.zeros((N, C, H + 2 * p, W + 2 * p))
    padded[:, :, p : p + H, p : p + W] = x
    flipped = w[:, :, ::-1, ::-1]
    rows, cols = 1 + (H + 2 * p - kh) // s, 1 + (W + 2 * p - kw) // s
    out = np.empty((N, F, rows, cols))
    for i in range(rows):
        for j in range(cols):
            win = padded[:, :, i * s : i * s + kh, j * s : j * s + kw]
            out[:, :, i, j] = np.tensordot(win, flipped, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, b, conv_param)
