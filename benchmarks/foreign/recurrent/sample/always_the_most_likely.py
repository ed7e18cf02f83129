# says: The most likely token is taken each time and nothing is drawn.
def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    out, token, state = [], seed_token, None
    for _ in range(length):
        scores, state = model(token, state)
        token = int(np.argmax(scores))
        out.append(token)
    return out
