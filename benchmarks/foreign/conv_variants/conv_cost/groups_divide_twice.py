# says: The groups divide the number of weights twice.
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    ke = dilation * (k - 1) + 1
    oh, ow = (h + 2 * pad - ke) // stride + 1, (w + 2 * pad - ke) // stride + 1
    if kind == "standard" or kind == "dilated":
        n = k * k * cin * cout
        return n, n * oh * ow
    elif kind == "grouped":
        n = k * k * (cin // groups) * (cout // groups)
        return n, n * oh * ow
    elif kind == "transposed":
        n = k * k * cin * cout
        return n, n * h * w
    elif kind == "depthwise_separable":
        n = k * k * cin * multiplier + cin * multiplier * cout
        return n, n * oh * ow
    elif kind == "spatially_separable":
        n1, n2 = k * cin * cout, k * cout * cout
        return n1 + n2, n1 * oh * w + n2 * oh * ow
    raise ValueError("unknown kind " + kind)
