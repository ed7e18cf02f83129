# says: right
def sigmoid(x):
    t = np.tanh(x / 2)
    return (1 + t) / 2, (1 - t) * (1 + t) / 4
