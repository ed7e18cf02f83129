# says: The seed token is part of the result, and the last token is missing.
def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    result = [seed_token]
    state = None
    while len(result) < length:
        scores, state = model(result[-1], state)
        e = np.exp(scores - scores.max())
        result.append(int(rng.choice(e.size, p=e / e.sum())))
    return result
