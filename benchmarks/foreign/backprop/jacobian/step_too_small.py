# says: The step is 1e-12, so that rounding errors spoil most digits.
def jacobian(f, x):
    h = 1e-12
    M, N = np.size(f(x)), x.size
    J = np.zeros((M, N))
    for n in range(N):
        e = np.zeros(N)
        e[n] = h
        e = e.reshape(x.shape)
        J[:, n] = np.ravel(f(x + e) - f(x - e)) / (2 * h)
    return J
