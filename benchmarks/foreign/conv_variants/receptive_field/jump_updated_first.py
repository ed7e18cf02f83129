# says: The jump is multiplied by the layer's own stride before its reach is added; a stride only matters to the layers after it.
def receptive_field(layers):
    r = 1
    j = 1
    for k, s, d in layers:
        j *= s
        r += d * (k - 1) * j
    return r
