# says: The gradient is taken at x0 once; it must be taken anew at each position.
def gradient_descent(grad, x0, lr, steps):
    path = np.zeros((steps + 1, x0.shape[0]))
    path[0, :] = x0
    g = grad(x0)
    for i in range(1, steps + 1):
        path[i, :] = path[i - 1, :] - lr * g
    return path
