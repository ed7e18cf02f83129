# says: exp(x) / (1 + exp(x)) is inf / inf, that is nan, for large x.
def sigmoid(x):
    e = np.exp(x)
    y = e / (1 + e)
    return y, y * (1 - y)
