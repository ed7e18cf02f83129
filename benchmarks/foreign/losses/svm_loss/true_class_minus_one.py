# says: The right class gets -1/N once, and not once for each class that violates the margin.
def svm_loss(x, y):
    N, C = x.shape
    loss = 0.0
    dx = np.zeros(x.shape)
    for i in range(N):
        for c in range(C):
            if c == y[i]:
                continue
            m = x[i, c] - x[i, y[i]] + 1
            if m > 0:
                loss += m
                dx[i, c] = 1
                dx[i, y[i]] = -1
    return loss / N, dx / N
