# says: Only the linear layers are applied; the activations between them are skipped.
def sliding_window(feature_map, head):
    N, C, H, W = feature_map.shape
    x = feature_map
    k = None
    for layer in head:
        if not isinstance(layer, nn.Linear):
            continue
        if k is None:
            q, r = divmod(layer.in_features, C)
            k = math.isqrt(q)
            if r != 0 or k * k != q or k > min(H, W):
                raise ValueError("head does not fit the map")
            x = F.conv2d(x, layer.weight.view(layer.out_features, C, k, k), layer.bias)
        else:
            x = F.conv2d(x, layer.weight.view(*layer.weight.shape, 1, 1), layer.bias)
    return x
