# says: A class that keeps the margin exactly still gets a gradient, because the comparison is >= instead of >.
def svm_loss(x, y):
    n = len(y)
    rows = np.arange(n)
    margin = x - x[rows, y].reshape(-1, 1) + 1.0
    margin[rows, y] = -1.0
    viol = margin >= 0
    loss = np.where(viol, margin, 0).sum() / n
    dx = viol / n
    dx[rows, y] = -viol.sum(axis=1) / n
    return float(loss), dx
