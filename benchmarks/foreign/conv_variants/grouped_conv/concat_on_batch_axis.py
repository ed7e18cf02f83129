# says: The outputs of the groups are stacked along the batch axis and then only reshaped to channels, so images and filters are mixed up for more than one image.
def grouped_conv(x, w, b, groups, stride, pad):
    N, C, H, W = x.shape
    F = w.shape[0]
    if C % groups != 0 or F % groups != 0:
        raise ValueError("groups does not divide")
    xs = np.split(x, groups, axis=1)
    ws = np.split(w, groups, axis=0)
    bs = np.split(b, groups)
    outs = [conv_forward_fast(xi, wi, bi, {"stride": stride, "pad": pad})[0] for xi, wi, bi in zip(xs, ws, bs)]
    out = np.concatenate(outs)
    return out.reshape(N, F, out.shape[2], out.shape[3])
