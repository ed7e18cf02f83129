# says: x[i] is a whole row of a matrix: you move all of its entries together, and every entry of the row gets the sum of their derivatives.
def eval_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in range(len(x)):
        plus = x.copy()
        plus[i] += h
        minus = x.copy()
        minus[i] -= h
        grad[i] = (f(plus) - f(minus)) / (2 * h)
    return grad
