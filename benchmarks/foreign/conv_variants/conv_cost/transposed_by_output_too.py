# says: The transposed convolution is counted per output position; each of its weights is used once per input position.
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    ke = dilation * (k - 1) + 1
    ho = (h + 2 * pad - ke) // stride + 1
    wo = (w + 2 * pad - ke) // stride + 1
    if kind in ("standard", "dilated"):
        p = k * k * cin * cout
        return p, p * ho * wo
    if kind == "grouped":
        p = k * k * cin * cout // groups
        return p, p * ho * wo
    if kind == "transposed":
        p = k * k * cin * cout
        ho = (h - 1) * stride + k - 2 * pad
        wo = (w - 1) * stride + k - 2 * pad
        return p, p * ho * wo
    if kind == "depthwise_separable":
        p = k * k * cin * multiplier + cin * multiplier * cout
        return p, p * ho * wo
    if kind == "spatially_separable":
        p1, p2 = k * cin * cout, k * cout * cout
        return p1 + p2, p1 * ho * w + p2 * ho * wo
    raise ValueError(kind)
