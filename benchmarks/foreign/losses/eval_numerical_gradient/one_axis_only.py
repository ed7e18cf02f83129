# says: The loop runs over the first axis only, so whole rows are moved together and arrays of several axes get a wrong gradient.
def eval_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        a = x.copy()
        b = x.copy()
        a[i] += h
        b[i] -= h
        grad[i] = (f(a) - f(b)) / (2 * h)
    return grad
