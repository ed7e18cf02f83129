# says: The weight matrix is used transposed, so with as many filters as channels the mixing is wrong, and with different numbers it crashes.
def conv1x1(x, w, b):
    out = np.einsum('nchw,cf->nfhw', x, w)
    return out + b[None, :, None, None]
