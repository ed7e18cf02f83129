# says: The pairs are (val, train); the training indices come first.
def kfold_indices(n, k, rng):
    rng = np.random.default_rng(rng)
    if k < 2 or k > n:
        raise ValueError(k)
    folds = np.array_split(rng.permutation(n), k)
    return [(folds[i], np.hstack(folds[:i] + folds[i + 1:])) for i in range(k)]
