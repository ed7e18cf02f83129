# says: It stops when the gradient is small, so not all steps are taken and the path is too short.
def gradient_descent(grad, x0, lr, steps):
    path = [np.array(x0, float)]
    for _ in range(steps):
        g = grad(path[-1])
        if np.linalg.norm(g) < 1e-6:
            break
        path.append(path[-1] - lr * g)
    return np.array(path)
