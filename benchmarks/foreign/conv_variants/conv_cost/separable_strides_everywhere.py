# says: Both layers of the spatially separable kind stride and pad in both directions; and the pointwise part forgets the multiplier.
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    kd = dilation * (k - 1) + 1
    o = lambda n, q: (n + 2 * pad - q) // stride + 1
    if kind in {"standard", "dilated"}:
        params = k**2 * cin * cout
        macs = params * o(h, kd) * o(w, kd)
    elif kind == "grouped":
        params = k**2 * cin * cout // groups
        macs = params * o(h, k) * o(w, k)
    elif kind == "transposed":
        params = k**2 * cin * cout
        macs = params * h * w
    elif kind == "depthwise_separable":
        params = k**2 * cin * multiplier + cin * cout
        macs = params * o(h, k) * o(w, k)
    elif kind == "spatially_separable":
        first, second = k * cin * cout, k * cout * cout
        params = first + second
        h1, w1 = o(h, k), o(w, 1)
        macs = first * h1 * w1 + second * o(h1, 1) * o(w1, k)
    else:
        raise ValueError(kind)
    return params, macs
