# says: right
def gradient_descent(grad, x0, lr, steps):
    path = np.empty((steps + 1,) + np.shape(x0))
    path[0] = x0
    for here, there in zip(path[:-1], path[1:]):
        there[:] = here - lr * np.asarray(grad(here.copy()))
    return path
