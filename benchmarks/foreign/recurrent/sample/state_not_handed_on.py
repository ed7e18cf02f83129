# says: The model always gets None as its state, so it forgets everything but the last token.
def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    out = []
    tok = seed_token
    for i in range(length):
        scores, new_state = model(tok, None)
        e = np.exp(scores - scores.max())
        tok = int(rng.choice(e.size, p=e / e.sum()))
        out.append(tok)
    return out
