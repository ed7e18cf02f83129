# says: Right; appends a column of ones and works with the matrices A^T A and A^T y computed once.
def linear_regression_gd(X, y, lr, steps):
    A = np.column_stack([X, np.ones(len(y))])
    theta = np.zeros(A.shape[1])
    G, c = A.T @ A / len(y), A.T @ y / len(y)
    history = []
    for t in range(steps + 1):
        history.append(float(np.mean((A @ theta - y) ** 2)))
        if t < steps:
            theta = theta - 2 * lr * (G @ theta - c)
    return theta[:-1], float(theta[-1]), history
