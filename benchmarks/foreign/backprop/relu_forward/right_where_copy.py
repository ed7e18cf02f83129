# says: Right; fills a copy by boolean indexing and caches the positions.
def relu_forward(x):
    out = np.array(x)
    off = np.flatnonzero(x <= 0)
    out.flat[off] = 0
    return out, off

def relu_backward(dout, cache):
    dx = np.array(dout)
    dx.flat[cache] = 0
    return dx
