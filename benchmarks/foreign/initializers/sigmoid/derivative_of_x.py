# says: The derivative is x (1 - x) and not y (1 - y).
def sigmoid(x):
    y = np.empty_like(x)
    pos = x >= 0
    y[pos] = 1 / (1 + np.exp(-x[pos]))
    ex = np.exp(x[~pos])
    y[~pos] = ex / (1 + ex)
    dy = x * (1 - x)
    return y, dy
