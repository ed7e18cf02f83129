# says: w is a column, so X w is (N, 1) and minus y of shape (N,) it becomes an N x N table of differences; w turns into a matrix.
def linear_regression_gd(X, y, lr, steps):
    N, D = X.shape
    w = np.zeros((D, 1))
    b = 0.0
    history = []
    for t in range(steps + 1):
        err = X @ w + b - y
        history.append(float(np.mean(err ** 2)))
        if t == steps:
            break
        dw = 2 * X.T @ err / N
        db = 2 * err.mean()
        w = w - lr * dw
        b = b - lr * db
    return w.flatten(), float(b), history
