# says: Only whole powers of ten are drawn; all values in between should be possible.
def random_search(space, n, rng):
    rng = np.random.default_rng(rng)
    trials = []
    for _ in range(n):
        t = {}
        for k, (lo, hi) in space.items():
            e = rng.integers(int(np.ceil(np.log10(lo))), int(np.floor(np.log10(hi))) + 1)
            t[k] = 10.0 ** e
        trials.append(t)
    return trials
