# says: You compare each class with its own target of +1 or -1 (one against all) instead of with the score of the right class.
def svm_loss(x, y):
    N, C = x.shape
    t = -np.ones((N, C))
    t[np.arange(N), y] = 1
    m = np.maximum(0, 1 - t * x)
    loss = m.sum() / N
    dx = -t * (m > 0) / N
    return loss, dx
