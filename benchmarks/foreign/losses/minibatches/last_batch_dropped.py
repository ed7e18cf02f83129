# says: The examples that do not fill a whole batch are left out.
def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    p = rng.permutation(len(X))
    batches = []
    for k in range(len(X) // batch_size):
        idx = p[k * batch_size : (k + 1) * batch_size]
        batches.append((X[idx], y[idx]))
    return batches
