# says: Right; boolean indexing, each sign with its own formula.
def sigmoid(x):
    x = np.asarray(x, dtype=float)
    y = np.empty_like(x)
    pos = x >= 0
    y[pos] = 1 / (1 + np.exp(-x[pos]))
    e = np.exp(x[~pos])
    y[~pos] = e / (1 + e)
    return y, y * (1 - y)
