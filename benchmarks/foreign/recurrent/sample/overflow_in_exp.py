# says: The maximum is not subtracted, so large scores overflow and rng.choice refuses nan.
def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    state, k, out = None, seed_token, []
    for _ in range(length):
        s, state = model(k, state)
        p = np.exp(s) / np.sum(np.exp(s))
        k = int(rng.choice(len(s), p=p))
        out.append(k)
    return out
