# says: right
def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    order = np.argsort(rng.random(len(X)))
    cuts = np.arange(batch_size, len(X), batch_size)
    return [(X[part], y[part]) for part in np.split(order, cuts)]
