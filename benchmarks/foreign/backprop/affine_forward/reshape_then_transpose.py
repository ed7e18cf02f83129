# says: reshape(D, N).T is not reshape(N, D): it mixes numbers of different inputs.
def affine_forward(x, w, b):
    D = w.shape[0]
    X = x.reshape(D, -1)          # one column per example
    out = np.dot(w.T, X).T + b
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    flat = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), flat.T @ dout, dout.sum(axis=0)
