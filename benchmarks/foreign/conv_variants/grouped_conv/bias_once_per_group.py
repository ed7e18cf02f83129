# says: Each group gets the biases of the first group.
def grouped_conv(x, w, b, groups, stride, pad):
    if x.shape[1] % groups != 0 or w.shape[0] % groups != 0:
        raise ValueError(f"{groups} groups")
    xs = np.split(x, groups, axis=1)
    ws = np.split(w, groups, axis=0)
    k = w.shape[0] // groups
    outs = [conv_forward_fast(xi, wi, b[:k], {"stride": stride, "pad": pad})[0] for xi, wi in zip(xs, ws)]
    return np.concatenate(outs, axis=1)
