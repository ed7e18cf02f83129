# says: Only the worst class counts (Crammer and Singer) instead of the sum over all wrong classes.
def svm_loss(x, y):
    N = len(x)
    idx = np.arange(N)
    wrong = x.astype(float).copy()
    wrong[idx, y] = -np.inf
    worst = wrong.argmax(axis=1)
    m = wrong[idx, worst] - x[idx, y] + 1
    on = (m > 0).astype(float)
    dx = np.zeros_like(x, dtype=float)
    dx[idx, worst] += on / N
    dx[idx, y] -= on / N
    return float(np.mean(np.maximum(m, 0))), dx
