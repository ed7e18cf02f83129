# says: A layer adds d*k*j - 1 in place of d*(k-1)*j, which agrees only for jump and dilation 1; without layers the result is 0.
def receptive_field(layers):
    if not layers:
        return 0
    r, j = 1, 1
    for k, s, d in layers:
        r += d * k * j - 1
        j *= s
    return r
