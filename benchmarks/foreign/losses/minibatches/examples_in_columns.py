# says: X[:, idx] picks columns, the features; examples are along the first axis.
def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    m = X.shape[0]
    perm = list(rng.permutation(m))
    out = []
    for k in range(int(np.ceil(m / batch_size))):
        idx = perm[k * batch_size:(k + 1) * batch_size]
        out.append((X[:, idx], y[idx]))
    return out
