# says: db is summed over the sequences only, so it still has an axis for the steps.
def temporal_affine_forward(x, w, b):
    return x @ w + b, (x, w)

def temporal_affine_backward(dout, cache):
    x, w = cache
    N, T, D = x.shape
    dx = dout @ w.T
    dw = x.reshape(N * T, D).T @ dout.reshape(N * T, -1)
    db = dout.sum(axis=0)
    return dx, dw, db
