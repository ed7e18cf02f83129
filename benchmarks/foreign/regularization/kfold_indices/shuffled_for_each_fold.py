# says: The indices are shuffled anew for each fold, so some are validated twice and others never.
def kfold_indices(n, k, rng):
    rng = np.random.default_rng(rng)
    if k < 2 or k > n:
        raise ValueError("k out of range")
    sizes = [n // k + (i < n % k) for i in range(k)]
    result = []
    for s in sizes:
        perm = rng.permutation(n)
        result.append((perm[s:], perm[:s]))
    return result
