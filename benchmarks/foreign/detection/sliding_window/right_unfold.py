# says: right
def sliding_window(feature_map, head):
    n, channels, height, width = feature_map.shape
    size = next(layer.in_features for layer in head if isinstance(layer, nn.Linear))
    k = math.isqrt(size // channels)
    if k * k * channels != size:
        raise ValueError(f"{size} inputs are no square of {channels} channels")
    if k > height or k > width:
        raise ValueError(f"a window of {k} does not fit into {height} rows and {width} columns")
    rows = F.unfold(feature_map, k).transpose(1, 2)
    for layer in head:
        if not isinstance(layer, (nn.Flatten, nn.Dropout)):
            rows = layer(rows)
    return rows.transpose(1, 2).reshape(n, rows.shape[-1], height - k + 1, width - k + 1)
