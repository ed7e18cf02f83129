# says: The whole rest goes into the last fold, which may be larger than the others by more than one.
def kfold_indices(n, k, rng):
    rng = np.random.default_rng(rng)
    if not 2 <= k <= n:
        raise ValueError(f"k = {k}, n = {n}")
    order = rng.permutation(n)
    size = n // k
    splits = []
    for i in range(k):
        a, b = i * size, (i + 1) * size if i < k - 1 else n
        splits.append((np.concatenate([order[:a], order[b:]]), order[a:b]))
    return splits
