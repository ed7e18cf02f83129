# says: exp(-x) / (1 + exp(-x)) squared is inf / inf = nan at -1000; write the derivative as y (1 - y).
def sigmoid(x):
    y = 1.0 / (1.0 + np.exp(-x))
    dy = np.exp(-x) / (1.0 + np.exp(-x)) ** 2
    return y, dy
