# says: X and y are shuffled in place, so the arrays of the caller are changed.
def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    state = rng.bit_generator.state
    rng.shuffle(X)
    rng.bit_generator.state = state
    rng.shuffle(y)
    out = []
    start = 0
    while start < len(X):
        out.append((X[start : start + batch_size], y[start : start + batch_size]))
        start += batch_size
    return out
