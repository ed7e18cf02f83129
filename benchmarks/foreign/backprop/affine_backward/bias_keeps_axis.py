# says: db has the shape (1, M) and not (M,).
def affine_forward(x, w, b):
    X = x.reshape(len(x), np.prod(x.shape[1:]))
    return X @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    X = x.reshape(len(x), -1)
    db = np.sum(dout, axis=0, keepdims=True)
    return np.dot(dout, w.T).reshape(x.shape), np.dot(X.T, dout), db
