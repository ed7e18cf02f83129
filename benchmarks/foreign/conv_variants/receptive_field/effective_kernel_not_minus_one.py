# says: The whole effective kernel size is added per layer instead of the kernel size minus one, so every layer counts one tap too many.
def receptive_field(layers):
    field = 1
    product = 1
    for layer in layers:
        k_eff = layer[2] * (layer[0] - 1) + 1
        field += k_eff * product
        product *= layer[1]
    return field
