# says: A generator is returned (yield) and no list.
def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    p = rng.permutation(len(X))
    for i in range(0, len(X), batch_size):
        yield X[p[i : i + batch_size]], y[p[i : i + batch_size]]
