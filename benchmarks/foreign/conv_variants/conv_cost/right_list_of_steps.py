# says: right
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    span = dilation * (k - 1) + 1
    down = lambda n: (n + 2 * pad - span) // stride + 1
    area = down(h) * down(w)
    steps = {  # (weights, places) of each step
        "standard": [(k * k * cin * cout, area)],
        "dilated": [(k * k * cin * cout, area)],
        "grouped": [(k * k * cin // groups * cout, area)],
        "transposed": [(k * k * cin * cout, h * w)],
        "depthwise_separable": [(k * k * cin * multiplier, area), (cin * multiplier * cout, area)],
        "spatially_separable": [(k * cin * cout, down(h) * w), (k * cout * cout, area)],
    }.get(kind)
    if steps is None:
        raise ValueError(f"unknown kind {kind!r}")
    return sum(weights for weights, _ in steps), sum(weights * places for weights, places in steps)
