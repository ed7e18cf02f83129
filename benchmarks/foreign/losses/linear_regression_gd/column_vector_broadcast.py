# says: w is a column, so X w has the shape (N, 1) and the difference to y becomes (N, N).
def linear_regression_gd(X, y, lr, steps):
    N, D = X.shape
    w = np.zeros((D, 1))
    b = 0.0
    history = [float(np.mean((X @ w + b - y) ** 2))]
    for _ in range(steps):
        diff = X @ w + b - y
        dw = 2 * X.T @ diff.mean(axis=1, keepdims=True) / N
        db = 2 * diff.mean()
        w, b = w - lr * dw, b - lr * db
        history.append(float(np.mean((X @ w + b - y) ** 2)))
    return w[:, 0], float(b), history
