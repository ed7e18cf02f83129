# says: w is a list of columns, so predictions minus targets become an (N, N) array and the weights come back as (D, N).
def linear_regression_gd(X, y, lr, steps):
    w = [[0.0]] * X.shape[1]
    b = 0.0
    history = []
    for _ in range(steps + 1):
        e = X @ w + b - y
        history.append(float((e**2).mean()))
        w -= lr * 2 * X.T @ e / len(y)
        b -= lr * 2 * e.mean()
    return np.array(w), b, history
