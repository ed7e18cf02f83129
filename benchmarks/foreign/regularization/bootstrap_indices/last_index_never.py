# says: rng.integers(0, n - 1) never draws the last index, and fails for n = 1.
def bootstrap_indices(n, rng):
    rng = np.random.default_rng(rng)
    return rng.integers(0, n - 1, size=n)
