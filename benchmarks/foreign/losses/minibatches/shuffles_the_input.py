# says: rng.shuffle shuffles the caller's y in place, and X by a separate shuffle of the same seed state copied wrongly.
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
