# says: The step is written into the code; the argument h is never used.
def eval_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    eps = 1e-5
    for i in np.ndindex(*x.shape):
        a, b = x.copy(), x.copy()
        a[i] += eps
        b[i] -= eps
        grad[i] = (f(a) - f(b)) / (2 * eps)
    return grad
