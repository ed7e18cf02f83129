# says: The start is not part of the path, so it has only `steps` rows.
def gradient_descent(grad, x0, lr, steps):
    x = np.array(x0, dtype=float)
    path = np.zeros((steps, len(x)))
    for t in range(steps):
        x = x - lr * grad(x)
        path[t] = x
    return path
