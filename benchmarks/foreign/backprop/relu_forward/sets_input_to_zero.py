# says: x[x < 0] = 0 changes the caller's array (out and x are the same one).
def relu_forward(x):
    out = x
    out[out < 0] = 0
    cache = x
    return out, cache

def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)
