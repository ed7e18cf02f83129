# says: MACs are counted with the input positions instead of the output positions.
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    P = {
        "standard": k * k * cin * cout,
        "dilated": k * k * cin * cout,
        "grouped": k * k * cin * cout // groups,
        "transposed": k * k * cin * cout,
        "depthwise_separable": multiplier * (k * k * cin + cin * cout),
        "spatially_separable": k * cin * cout + k * cout * cout,
    }
    if kind not in P:
        raise ValueError(kind)
    return P[kind], P[kind] * h * w
