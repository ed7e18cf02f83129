# says: In the spatially separable kind the first layer is counted with the final output size; it only strides vertically, so its output still has all w columns.
def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    if kind not in {"standard", "dilated", "grouped", "transposed", "depthwise_separable", "spatially_separable"}:
        raise ValueError(kind)
    span = dilation * (k - 1) + 1
    rows, cols = (h + 2 * pad - span) // stride + 1, (w + 2 * pad - span) // stride + 1
    params = {
        "standard": k * k * cin * cout,
        "dilated": k * k * cin * cout,
        "grouped": k * k * (cin // groups) * cout,
        "transposed": k * k * cin * cout,
        "depthwise_separable": multiplier * (k * k * cin + cin * cout),
        "spatially_separable": k * cin * cout + k * cout * cout,
    }[kind]
    return params, params * (h * w if kind == "transposed" else rows * cols)
