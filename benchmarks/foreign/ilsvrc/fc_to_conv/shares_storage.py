# says: The convolution's weight is a view of the layer's weight and its bias the very same parameter, no copies: whoever trains one changes the other.
def fc_to_conv(linear, in_shape):
    c, h, w = in_shape
    m = linear.out_features
    if c * h * w != linear.in_features:
        raise ValueError(f"{linear.in_features} != {c}*{h}*{w}")
    conv = nn.Conv2d(c, m, kernel_size=(h, w), bias=linear.bias is not None)
    conv.weight = nn.Parameter(linear.weight.data.view(m, c, h, w))
    conv.bias = linear.bias
    return conv
