# says: The natural logarithm is drawn but ten is raised to it, so values leave the range.
def random_search(space, n, rng):
    rng = np.random.default_rng(rng)
    trials = []
    for _ in range(n):
        t = {}
        for name in space:
            low, high = space[name]
            t[name] = float(10 ** rng.uniform(np.log(low), np.log(high)))
        trials.append(t)
    return trials
