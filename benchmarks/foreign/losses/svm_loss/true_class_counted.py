# says: The right class is counted in the sum too, which adds 1 to the loss of every example.
def svm_loss(x, y):
    N = x.shape[0]
    right = x[np.arange(N), y][:, None]
    margins = np.maximum(0, x - right + 1)
    loss = margins.sum() / N
    d = (margins > 0).astype(float)
    d[np.arange(N), y] = 0
    d[np.arange(N), y] = -d.sum(axis=1)
    return float(loss), d / N
