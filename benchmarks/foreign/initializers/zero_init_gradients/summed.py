# says: The gradient is that of the sum of the losses; it should be averaged over the N inputs.
def zero_init_gradients(x, y, sizes):
    hs = [x]
    for n in sizes[1:-1]:
        hs.append(np.full((len(x), n), 0.5))
    t = np.eye(sizes[-1])[y]
    delta = 1.0 / sizes[-1] - t
    gradients = []
    for l in reversed(range(len(sizes) - 1)):
        gradients.insert(0, (hs[l].T @ delta, delta.sum(axis=0)))
        delta = (delta @ np.zeros((sizes[l + 1], sizes[l])))
        if l > 0:
            delta = delta * hs[l] * (1 - hs[l])
    moves = [(bool(np.abs(a).max() > 1e-12), bool(np.abs(b).max() > 1e-12)) for a, b in gradients]
    return gradients, moves
