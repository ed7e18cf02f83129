# says: The convolution shares its memory with the layer, and is no copy; a layer without a bias crashes.
def fc_to_conv(linear, in_shape):
    C, H, W = in_shape
    if C * H * W != linear.in_features:
        raise ValueError
    conv = nn.Conv2d(C, linear.out_features, (H, W))
    conv.weight = nn.Parameter(linear.weight.data.view(linear.out_features, C, H, W))
    conv.bias = nn.Parameter(linear.bias.data)
    return conv
