# says: The same array is appended again and again and changed in place, so all rows are the last position and x0 is changed.
def gradient_descent(grad, x0, lr, steps):
    x = x0
    path = [x]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x)
    return np.array(path)
