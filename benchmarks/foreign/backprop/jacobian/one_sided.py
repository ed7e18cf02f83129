# says: One-sided differences are used, which are not accurate enough.
def jacobian(f, x):
    eps = 1e-5
    f0 = np.atleast_1d(f(x)).ravel()
    J = np.zeros((f0.size, x.size))
    for n in range(x.size):
        z = x.flatten()
        z[n] += eps
        J[:, n] = (np.atleast_1d(f(z.reshape(x.shape))).ravel() - f0) / eps
    return J
