# says: The gradient is a flat vector; it should have the shape of x.
def eval_numerical_gradient(f, x, h=1e-5):
    g = []
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = h
        e = e.reshape(x.shape)
        g.append((f(x + e) - f(x - e)) / (2 * h))
    return np.array(g)
