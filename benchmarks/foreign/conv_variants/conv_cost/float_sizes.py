# says: True division gives floats, and sizes that are not rounded down.
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    ks = dilation * (k - 1) + 1
    oh = (h + 2 * pad - ks) / stride + 1
    ow = (w + 2 * pad - ks) / stride + 1
    if kind == "transposed":
        p = k * k * cin * cout
        return p, p * h * w
    if kind == "depthwise_separable":
        p = multiplier * k * k * cin + multiplier * cin * cout
        return p, p * oh * ow
    if kind == "spatially_separable":
        return k * cin * cout + k * cout * cout, k * cin * cout * oh * w + k * cout * cout * oh * ow
    if kind in ("standard", "dilated", "grouped"):
        p = k * k * cin * cout / groups
        return p, p * oh * ow
    raise ValueError(kind)
