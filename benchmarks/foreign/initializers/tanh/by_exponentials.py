# says: tanh is computed from exp(x) and exp(-x), which is inf / inf for large x.
def tanh(x):
    a, b = np.exp(x), np.exp(-x)
    y = (a - b) / (a + b)
    dy = 1 - y * y
    return y, dy
