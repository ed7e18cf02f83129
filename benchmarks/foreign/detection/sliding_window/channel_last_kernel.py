# says: The weights are unrolled as (k, k, C), so channels and places are mixed.
def sliding_window(feature_map, head):
    C, H, W = feature_map.shape[1:]
    out = feature_map
    k = None
    for m in head:
        if isinstance(m, nn.Linear) and k is None:
            k = math.isqrt(m.in_features // C)
            if C * k**2 != m.in_features or k > H or k > W:
                raise ValueError("in_features")
            weight = m.weight.reshape(m.out_features, k, k, C).permute(0, 3, 1, 2)
            out = F.conv2d(out, weight, m.bias)
        elif isinstance(m, nn.Linear):
            out = F.conv2d(out, m.weight[..., None, None], m.bias)
        elif isinstance(m, (nn.Dropout, nn.Flatten)):
            pass
        else:
            out = m(out)
    return out
