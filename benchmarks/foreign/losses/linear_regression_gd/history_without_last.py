# says: The loss after the last step is missing, so history has only `steps` entries.
def linear_regression_gd(X, y, lr, steps):
    w = np.zeros(X.shape[1])
    b = 0.0
    history = []
    for _ in range(steps):
        err = X.dot(w) + b - y
        history.append(float((err**2).mean()))
        w -= lr * 2 * X.T.dot(err) / len(y)
        b -= lr * 2 * err.mean()
    return w, float(b), history
