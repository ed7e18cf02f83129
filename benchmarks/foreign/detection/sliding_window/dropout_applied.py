# says: Dropout is applied if the head is in training mode.
def sliding_window(feature_map, head):
    _, C, H, W = feature_map.shape
    maps, done = feature_map, False
    for layer in head:
        if isinstance(layer, nn.Flatten):
            continue
        if isinstance(layer, nn.Linear):
            if not done:
                k = math.isqrt(layer.in_features // C)
                if k * k * C != layer.in_features or k > min(H, W):
                    raise ValueError(f"no window of {layer.in_features} inputs")
                kernel, done = layer.weight.reshape(-1, C, k, k), True
            else:
                kernel = layer.weight.reshape(*layer.weight.shape, 1, 1)
            maps = F.conv2d(maps, kernel, layer.bias)
        else:
            maps = layer(maps)
    return maps
