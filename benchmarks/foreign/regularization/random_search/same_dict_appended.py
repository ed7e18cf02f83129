# says: One dict is filled again and again, so all trials are the last one.
def random_search(space, n, rng):
    rng = np.random.default_rng(rng)
    trial, trials = {}, []
    for _ in range(n):
        for name, (low, high) in space.items():
            trial[name] = float(np.exp(rng.uniform(np.log(low), np.log(high))))
        trials.append(trial)
    return trials
