# says: The state is not handed on: the model is given None each time.
def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    tokens = [seed_token]
    for _ in range(length):
        scores, _ = model(tokens[-1], None)
        p = np.exp(scores - np.max(scores))
        tokens.append(int(rng.choice(len(p), p=p / p.sum())))
    return tokens[1:]
