# says: The formula is run from the input to the output as if it were from the output, without turning the list round.
def receptive_field(layers):
    r = 1
    for k, s, d in layers:
        r = (r - 1) * s + d * (k - 1) + 1
    return r
