# says: b uses the predictions after w has moved, so the two gradients are not taken at the same point.
def linear_regression_gd(X, y, lr, steps):
    N, D = X.shape
    w, b = np.zeros(D), 0.0
    history = [float(np.mean((X @ w + b - y) ** 2))]
    for _ in range(steps):
        w = w - lr * 2 / N * X.T @ (X @ w + b - y)
        b = b - lr * 2 / N * np.sum(X @ w + b - y)
        history.append(float(np.mean((X @ w + b - y) ** 2)))
    return w, float(b), history
