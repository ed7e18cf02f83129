# says: x is moved in place and the function's array is not copied, so a function that returns its argument gives zeros, and x is not put back.
def jacobian(f, x):
    h = 1e-5
    flat = x.reshape(-1)
    cols = []
    for n in range(flat.size):
        flat[n] += h
        plus = np.asarray(f(x))
        flat[n] -= 2 * h
        minus = np.asarray(f(x))
        cols.append(np.ravel(plus - minus) / (2 * h))
    return np.stack(cols, axis=1)
