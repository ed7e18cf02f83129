# says: An output padding that is too large raises no error; and the crop is half as wide, pad // 2.
def transposed_conv(x, w, b, stride, pad, output_padding):
    N, C, H, W = x.shape
    _, F, kh, kw = w.shape
    Ho = (H - 1) * stride + kh + output_padding
    Wo = (W - 1) * stride + kw + output_padding
    y = np.zeros((N, F, Ho, Wo))
    for n in range(N):
        for c in range(C):
            for i in range(H):
                for j in range(W):
                    y[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw] += x[n, c, i, j] * w[c]
    p = pad // 2
    return y[:, :, p : Ho - p, p : Wo - p] + b[None, :, None, None]
