# says: The number of inputs is not tested, so a head that does not fit gives a RuntimeError and no ValueError.
def sliding_window(feature_map, head):
    c = feature_map.shape[1]
    x = feature_map
    linears = 0
    for module in head.children():
        if isinstance(module, nn.Linear):
            side = round((module.in_features / c) ** 0.5) if linears == 0 else 1
            weight = module.weight.unflatten(1, (-1, side, side))
            x = F.conv2d(x, weight, module.bias)
            linears += 1
        elif isinstance(module, (nn.Flatten, nn.Dropout)):
            continue
        else:
            x = module(x)
    return x
