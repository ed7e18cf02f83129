# says: right
def softmax(x):
    logs = x - np.logaddexp.reduce(x, axis=1, keepdims=True)
    p = np.exp(logs)
    return p / p.sum(axis=1, keepdims=True)
