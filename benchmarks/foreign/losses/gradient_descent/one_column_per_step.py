# says: The positions are the columns of your array; path should have a row per position.
def gradient_descent(grad, x0, lr, steps):
    path = np.zeros((x0.size, steps + 1))
    path[:, 0] = x0
    for k in range(steps):
        path[:, k + 1] = path[:, k] - lr * grad(path[:, k])
    return path
