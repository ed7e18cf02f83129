# says: Right; the floor of uniform numbers times n.
def bootstrap_indices(n, rng):
    rng = np.random.default_rng(rng)
    return np.sort(np.floor(n * rng.random(n)).astype(int))
