# says: The forward difference is used instead of the central one.
def eval_numerical_gradient(f, x, h=1e-5):
    base = f(x)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        xp = x.copy()
        xp[i] += h
        grad[i] = (f(xp) - base) / h
    return grad
