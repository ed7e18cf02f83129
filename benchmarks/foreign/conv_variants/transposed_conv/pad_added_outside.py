# says: The padding is added to the input as zeros, as in an ordinary convolution, and nothing is cropped; the output is then cut to the asked size from its upper left corner.
def transposed_conv(x, w, b, stride, pad, output_padding):
    if not (output_padding in range(stride)):
        raise ValueError("wrong output padding")
    N, C, H, W = x.shape
    C, F, HH, WW = w.shape
    Hn = (H - 1) * stride + HH - 2 * pad + output_padding
    Wn = (W - 1) * stride + WW - 2 * pad + output_padding
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    Hp, Wp = xp.shape[2:]
    big = np.zeros((N, F, (Hp - 1) * stride + HH + output_padding, (Wp - 1) * stride + WW + output_padding))
    for i in range(Hp):
        for j in range(Wp):
            big[:, :, i*stride:i*stride+HH, j*stride:j*stride+WW] += np.tensordot(xp[:, :, i, j], w, ([1], [0]))
    return big[:, :, :Hn, :Wn] + b.reshape(1, -1, 1, 1)
