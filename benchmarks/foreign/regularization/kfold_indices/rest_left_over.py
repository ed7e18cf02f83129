# says: n // k examples go into each fold, and the rest is in none.
def kfold_indices(n, k, rng):
    rng = np.random.default_rng(rng)
    if k < 2 or k > n:
        raise ValueError
    p = rng.permutation(n)
    size = n // k
    out = []
    for i in range(k):
        val = p[i * size : (i + 1) * size]
        train = np.setdiff1d(np.arange(n), val)
        out.append((train, val))
    return out
