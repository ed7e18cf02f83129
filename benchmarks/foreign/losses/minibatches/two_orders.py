# says: X and y are shuffled in two different orders, so examples lose their targets.
def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    Xs = X[rng.permutation(len(X))]
    ys = y[rng.permutation(len(y))]
    return [(Xs[i : i + batch_size], ys[i : i + batch_size]) for i in range(0, len(X), batch_size)]
