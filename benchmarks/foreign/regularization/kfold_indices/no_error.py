# says: k of 1 or larger than n must raise ValueError.
def kfold_indices(n, k, rng):
    rng = np.random.default_rng(rng)
    order = rng.permutation(n)
    pairs = []
    for i in range(k):
        val = order[i::k]
        mask = np.ones(n, dtype=bool)
        mask[val] = False
        pairs.append((np.where(mask)[0], val))
    return pairs
