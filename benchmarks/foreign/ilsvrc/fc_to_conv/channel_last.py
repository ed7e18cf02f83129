# says: The weights are read as (H, W, C), so channels and places are mixed.
def fc_to_conv(linear, in_shape):
    C, H, W = in_shape
    if linear.in_features != C * H * W:
        raise ValueError("shape")
    conv = nn.Conv2d(C, linear.out_features, (H, W), bias=linear.bias is not None).to(linear.weight.dtype)
    with torch.no_grad():
        conv.weight.copy_(linear.weight.view(-1, H, W, C).permute(0, 3, 1, 2))
        if linear.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv
