# says: The slice of input channels does not move, so every group sees the first channels.
def grouped_conv(x, w, b, groups, stride, pad):
    C, F = x.shape[1], w.shape[0]
    if C % groups or F % groups:
        raise ValueError("groups")
    c, f = C // groups, F // groups
    parts = []
    for g in range(groups):
        out, _ = conv_forward_fast(x[:, :c], w[g * f : (g + 1) * f], b[g * f : (g + 1) * f], {"stride": stride, "pad": pad})
        parts.append(out)
    return np.concatenate(parts, axis=1)
