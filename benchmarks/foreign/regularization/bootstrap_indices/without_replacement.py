# says: The indices are drawn without replacement: it is a permutation.
def bootstrap_indices(n, rng):
    rng = np.random.default_rng(rng)
    return rng.choice(n, size=n, replace=False)
