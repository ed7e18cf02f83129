# says: The weights of the first linear layer are reshaped to (k, k, C) and moved, although flattening lists channel after channel.
def sliding_window(feature_map, head):
    C, H, W = feature_map.shape[1:]
    linears = [l for l in head if isinstance(l, nn.Linear)]
    first = linears[0]
    k = math.isqrt(first.in_features // C)
    if k * k * C != first.in_features or k > H or k > W:
        raise ValueError("in_features does not fit")
    out = feature_map
    for layer in head:
        if isinstance(layer, (nn.Flatten, nn.Dropout)):
            continue
        if layer is first:
            w = layer.weight.reshape(-1, k, k, C).permute(0, 3, 1, 2)
            out = F.conv2d(out, w, layer.bias)
        elif isinstance(layer, nn.Linear):
            out = F.conv2d(out, layer.weight[:, :, None, None], layer.bias)
        else:
            out = layer(out)
    return out
