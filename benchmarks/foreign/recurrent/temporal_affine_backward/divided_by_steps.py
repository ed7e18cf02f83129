# says: dw and db are divided by the number of steps.
def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    return (x.reshape(N * T, D).dot(w) + b).reshape(N, T, -1), (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    N, T, D = x.shape
    flat = dout.reshape(N * T, -1)
    dx = flat.dot(w.T).reshape(N, T, D)
    return dx, x.reshape(N * T, D).T.dot(flat) / T, flat.sum(0) / T
