# says: f may return a view of its argument (x.T, say), and you then move x on: both results change with it and the difference is 0. Copy what f returns, or give it fresh arrays.
def jacobian(f, x):
    h = 1e-5
    x = x.copy()
    flat = x.ravel()
    M = np.size(f(x))
    J = np.zeros((M, flat.size))
    for n in range(flat.size):
        old = flat[n]
        flat[n] = old + h
        plus = f(x)
        flat[n] = old - h
        minus = f(x)
        flat[n] = old
        J[:, n] = np.ravel(plus - minus) / (2 * h)
    return J
