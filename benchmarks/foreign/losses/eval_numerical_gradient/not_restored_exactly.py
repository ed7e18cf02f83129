# says: The entry is moved by += h, -= 2h, += h, so that rounding leaves x changed in the last bits.
def eval_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        x[ix] += h
        up = f(x)
        x[ix] -= 2 * h
        down = f(x)
        x[ix] += h
        grad[ix] = (up - down) / (2 * h)
        it.iternext()
    return grad
