# says: The gradients lack the factor 2 and the history is that of half the loss.
def linear_regression_gd(X, y, lr, steps):
    m = len(y)
    theta = np.zeros(X.shape[1])
    bias = 0.0
    costs = []
    for k in range(steps + 1):
        e = X @ theta + bias - y
        costs.append(float(e @ e / (2 * m)))
        if k < steps:
            theta = theta - lr * (X.T @ e) / m
            bias = bias - lr * e.sum() / m
    return theta, float(bias), costs
