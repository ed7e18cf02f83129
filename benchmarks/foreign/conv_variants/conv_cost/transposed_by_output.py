# says: The transposed convolution is counted by its output positions.
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    def size(n, kk):
        return (n + 2 * pad - kk) // stride + 1

    kd = dilation * (k - 1) + 1
    if kind in ("standard", "dilated", "grouped"):
        p = k * k * (cin // groups) * cout
        return p, p * size(h, kd) * size(w, kd)
    if kind == "transposed":
        p = k * k * cin * cout
        return p, p * ((h - 1) * stride + k - 2 * pad) * ((w - 1) * stride + k - 2 * pad)
    if kind == "depthwise_separable":
        p = multiplier * cin * (k * k + cout)
        return p, p * size(h, k) * size(w, k)
    if kind == "spatially_separable":
        a, b = k * cin * cout, k * cout * cout
        return a + b, a * size(h, k) * w + b * size(h, k) * size(w, k)
    raise ValueError(kind)
