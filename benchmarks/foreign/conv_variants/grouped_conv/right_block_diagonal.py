# says: right
def grouped_conv(x, w, b, groups, stride, pad):
    C, F = x.shape[1], w.shape[0]
    if C % groups or F % groups:
        raise ValueError(f"{groups} groups do not divide {C} channels and {F} filters")
    full = np.zeros((F, C) + w.shape[2:])
    for f in range(F):
        start = f // (F // groups) * (C // groups)
        full[f, start : start + C // groups] = w[f]
    return conv_forward_fast(x, full, b, {"stride": stride, "pad": pad})[0]
