# says: right
def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    token, state, drawn = seed_token, None, []
    for _ in range(length):
        scores, state = model(token, state)
        # the largest of scores plus Gumbel noise is distributed as the softmax says
        token = int(np.argmax(np.asarray(scores) + rng.gumbel(size=len(scores))))
        drawn.append(token)
    return drawn
