# says: f may return a plain float, which has no .size and no .flatten: wrap it by np.asarray.
def jacobian(f, x):
    y = f(x)
    J = np.zeros((y.size, x.size))
    h = 1e-5
    for n in range(x.size):
        d = np.zeros(x.size)
        d[n] = h
        d = d.reshape(x.shape)
        J[:, n] = (f(x + d) - f(x - d)).flatten() / (2 * h)
    return J
