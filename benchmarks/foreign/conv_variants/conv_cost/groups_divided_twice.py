# says: Both the channels and the filters are divided by the number of groups; the number of filters stays, so groups divide only once.
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    def out(n, kk): return (n + 2 * pad - (dilation * (kk - 1) + 1)) // stride + 1
    H, W = out(h, k), out(w, k)
    if kind == "standard" or kind == "dilated":
        params = cin * cout * k * k
        macs = params * H * W
    elif kind == "grouped":
        params = (cin // groups) * (cout // groups) * k * k
        macs = params * H * W
    elif kind == "transposed":
        params = cin * cout * k * k
        macs = params * h * w
    elif kind == "depthwise_separable":
        params = cin * multiplier * k * k + cin * multiplier * cout
        macs = params * H * W
    elif kind == "spatially_separable":
        a = k * cin * cout
        b = k * cout * cout
        params = a + b
        macs = a * H * w + b * H * W
    else:
        raise ValueError("unknown kind: " + kind)
    return params, macs
