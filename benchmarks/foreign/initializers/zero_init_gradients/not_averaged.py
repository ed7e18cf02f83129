# says: The gradient is not divided by the number of inputs.
def zero_init_gradients(x, y, sizes):
    layers = len(sizes) - 1
    h = [x]
    for l in range(layers - 1):
        h.append(np.full((len(x), sizes[l + 1]), 0.5))
    p = np.full((len(x), sizes[-1]), 1 / sizes[-1])
    p[np.arange(len(x)), y] -= 1
    g = p
    grads = []
    for l in reversed(range(layers)):
        grads.insert(0, (h[l].T @ g, g.sum(0)))
        g = np.zeros((len(x), sizes[l]))
    moves = [tuple(bool(np.abs(a).max() > 1e-12) for a in pair) for pair in grads]
    return grads, moves
