# says: The last row and the last column of places are left out.
def sliding_window(feature_map, head):
    N, C, H, W = feature_map.shape
    lin = [m for m in head if isinstance(m, nn.Linear)]
    k = math.isqrt(lin[0].in_features // C)
    if C * k * k != lin[0].in_features or k > H or k > W:
        raise ValueError("k")
    maps, first = feature_map, True
    for layer in head:
        if isinstance(layer, nn.Linear):
            w = layer.weight.view(layer.out_features, C, k, k) if first else layer.weight[:, :, None, None]
            maps = F.conv2d(maps, w, layer.bias)
            if first:
                maps = maps[:, :, : H - k, : W - k]
            first = False
        elif not isinstance(layer, (nn.Flatten, nn.Dropout)):
            maps = layer(maps)
    return maps
