# says: A function that returns a plain float crashes, because .ravel() is called on it.
def jacobian(f, x):
    h = 1e-5
    y = f(x)
    J = np.empty((y.size, x.size))
    for n in range(x.size):
        step = np.zeros(x.size)
        step[n] = h
        step = step.reshape(x.shape)
        J[:, n] = ((f(x + step) - f(x - step)) / (2 * h)).ravel()
    return J
