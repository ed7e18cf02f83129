# says: Right; shuffles a list of fold numbers and selects by comparing.
def kfold_indices(n, k, rng):
    rng = np.random.default_rng(rng)
    if k < 2 or k > n:
        raise ValueError(f"k = {k} for n = {n}")
    fold = np.arange(n) % k
    rng.shuffle(fold)
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k)]
