# says: You stop as soon as the gradient is small, so path is too short; all steps are to be taken.
def gradient_descent(grad, x0, lr, steps):
    path = [np.array(x0, dtype=float)]
    for _ in range(steps):
        g = grad(path[-1])
        if np.linalg.norm(g) < 1e-3:
            break
        path.append(path[-1] - lr * g)
    return np.array(path)
