# says: Right: each kind is a list of (weights, positions) steps that are summed up at the end.
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    def size(n, kernel):
        return (n + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1

    rows, cols = size(h, k), size(w, k)
    mid = cin * multiplier
    steps = {
        "standard": [(k * k * cin * cout, rows * cols)],
        "dilated": [(k * k * cin * cout, rows * cols)],
        "grouped": [(k * k * (cin // groups) * cout, rows * cols)],
        "transposed": [(k * k * cin * cout, h * w)],
        "depthwise_separable": [(k * k * mid, rows * cols), (mid * cout, rows * cols)],
        "spatially_separable": [(k * cin * cout, rows * w), (k * cout * cout, rows * cols)],
    }.get(kind)
    if steps is None:
        raise ValueError(f"no kind of convolution: {kind!r}")
    return sum(a for a, _ in steps), sum(a * b for a, b in steps)
