# says: The column of ones stands in front, so the bias is theta[0]; you take the last weight for it and give the rest as w.
def linear_regression_gd(X, y, lr, steps):
    A = np.hstack([np.ones((len(X), 1)), X])
    theta = np.zeros(A.shape[1])
    history = [np.mean((A @ theta - y) ** 2)]
    for _ in range(steps):
        theta = theta - lr * 2 / len(y) * A.T @ (A @ theta - y)
        history.append(np.mean((A @ theta - y) ** 2))
    return theta[:-1], theta[-1], history
