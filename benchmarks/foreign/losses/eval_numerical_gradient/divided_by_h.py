# says: The central difference is divided by h and not by 2h, so every entry is twice too large.
def eval_numerical_gradient(f, x, h=1e-5):
    g = np.empty(x.shape)
    flat = x.reshape(-1)
    for k in range(flat.size):
        e = np.zeros(flat.size)
        e[k] = h
        e = e.reshape(x.shape)
        g[np.unravel_index(k, x.shape)] = (f(x + e) - f(x - e)) / h
    return g
