# says: A layer's own stride is multiplied to the jump before its reach is added.
def receptive_field(layers):
    r, jump = 1, 1
    for k, s, d in layers:
        jump *= s
        r += d * (k - 1) * jump
    return r
