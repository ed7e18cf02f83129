# says: The model is given the seed token in every step and not the token that was drawn.
def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    state = None
    drawn = np.zeros(length, dtype=int)
    for j in range(length):
        scores, state = model(seed_token, state)
        p = np.exp(scores - scores.max())
        p /= p.sum()
        drawn[j] = np.searchsorted(np.cumsum(p), rng.random())
    return drawn.tolist()
