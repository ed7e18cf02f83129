# says: The values are uniform and not log-uniform.
def random_search(space, n, rng):
    rng = np.random.default_rng(rng)
    return [{k: float(rng.uniform(lo, hi)) for k, (lo, hi) in space.items()} for _ in range(n)]
