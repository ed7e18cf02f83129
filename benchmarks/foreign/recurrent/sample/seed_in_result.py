# says: The seed token is the first of the result, and the last drawn token is missing.
def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    tokens = [seed_token]
    state = None
    while len(tokens) < length:
        scores, state = model(tokens[-1], state)
        p = np.exp(scores - np.max(scores))
        tokens.append(int(rng.choice(len(p), p=p / p.sum())))
    return tokens
