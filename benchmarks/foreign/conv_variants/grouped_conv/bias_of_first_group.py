# says: Every group gets the biases of the first group: the bias is not sliced along with the filters.
def grouped_conv(x, w, b, groups, stride, pad):
    C, F = x.shape[1], w.shape[0]
    if C % groups: raise ValueError("C not divisible by groups")
    if F % groups: raise ValueError("F not divisible by groups")
    cg, fg = C // groups, F // groups
    out = []
    for g in range(groups):
        out.append(conv_forward_fast(x[:, g*cg:(g+1)*cg], w[g*fg:(g+1)*fg], b[:fg], {"stride": stride, "pad": pad})[0])
    return np.concatenate(out, 1)
