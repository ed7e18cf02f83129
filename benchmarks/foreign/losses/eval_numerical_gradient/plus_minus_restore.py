# says: Adding h, taking 2 h and adding h again does not restore the last bits of x; save the old value and put it back.
def eval_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for ix in np.ndindex(*x.shape):
        x[ix] += h
        up = f(x)
        x[ix] -= 2 * h
        down = f(x)
        x[ix] += h
        grad[ix] = (up - down) / (2 * h)
    return grad
