# says: right
def kfold_indices(n, k, rng):
    rng = np.random.default_rng(rng)
    if k < 2 or k > n:
        raise ValueError(f"cannot make {k} folds of {n} examples")
    fold_of = rng.permutation(np.arange(n) % k)
    return [(np.flatnonzero(fold_of != f), np.flatnonzero(fold_of == f)) for f in range(k)]
