# says: The logarithm is taken of the finished probability, which may be 0, so the loss is infinite for very wrong scores.
def softmax_loss(x, y):
    N = len(y)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(N), y]))
    dx = p.copy()
    dx[np.arange(N), y] -= 1
    return float(loss), dx / N
