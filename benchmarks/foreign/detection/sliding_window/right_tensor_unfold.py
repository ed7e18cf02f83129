# says: Right: lays out all patches with Tensor.unfold and lets the linear layers work on the last axis.
def sliding_window(feature_map, head):
    channels, height, width = feature_map.shape[1:]
    layers = [layer for layer in head if not isinstance(layer, (nn.Flatten, nn.Dropout))]
    inputs = next(layer for layer in layers if isinstance(layer, nn.Linear)).in_features
    k = math.isqrt(inputs // channels)
    if inputs != channels * k * k or k > min(height, width):
        raise ValueError(f"a head with {inputs} inputs does not fit maps of {channels} × {height} × {width}")
    z = feature_map.unfold(2, k, 1).unfold(3, k, 1).permute(0, 2, 3, 1, 4, 5).flatten(3)
    for layer in layers:
        z = layer(z)
    return z.permute(0, 3, 1, 2)
