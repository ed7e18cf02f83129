# says: right
def random_search(space, n, rng):
    rng = np.random.default_rng(rng)
    shares = rng.random((n, len(space)))
    return [
        {name: float(low * (high / low) ** u) for u, (name, (low, high)) in zip(row, space.items())} for row in shares
    ]
