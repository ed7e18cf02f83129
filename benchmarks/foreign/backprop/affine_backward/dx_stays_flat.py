# says: dx is returned as rows and not in the shape of x.
def affine_forward(x, w, b):
    flat = x.reshape(x.shape[0], -1)
    return flat.dot(w) + b, (flat, w)


def affine_backward(dout, cache):
    flat, w = cache
    return dout.dot(w.T), flat.T.dot(dout), dout.sum(axis=0)
