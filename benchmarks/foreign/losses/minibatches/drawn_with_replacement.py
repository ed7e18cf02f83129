# says: Each batch is drawn at random by itself, so some examples occur several times and others never.
def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    N = len(X)
    result = []
    left = N
    while left > 0:
        k = min(batch_size, left)
        pick = rng.choice(N, k, replace=False)
        result.append((X[pick], y[pick]))
        left -= k
    return result
