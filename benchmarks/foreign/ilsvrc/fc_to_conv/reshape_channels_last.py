# says: The weights are taken as if the maps had been flattened with the channels last, as TensorFlow does it.
def fc_to_conv(linear, in_shape):
    C, H, W = in_shape
    if linear.in_features != C * H * W:
        raise ValueError("shape mismatch")
    has_bias = linear.bias is not None
    conv = nn.Conv2d(C, linear.out_features, (H, W), bias=has_bias).to(linear.weight.dtype)
    with torch.no_grad():
        kernel = linear.weight.reshape(linear.out_features, H, W, C).permute(0, 3, 1, 2)
        conv.weight.copy_(kernel)
        if has_bias:
            conv.bias.copy_(linear.bias)
    return conv
