# says: The shape of the caller's x is changed in place.
def affine_forward(x, w, b):
    cache = (x, w, b, x.shape)
    x.shape = (x.shape[0], w.shape[0])
    out = x @ w
    out += b
    return out, cache
