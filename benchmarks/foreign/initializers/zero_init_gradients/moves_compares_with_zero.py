# says: An entry counts as moving if it is not exactly 0, so mere rounding counts.
def zero_init_gradients(x, y, sizes):
    n, c = x.shape[0], sizes[-1]
    ds = np.full((n, c), 1.0 / c)
    ds[np.arange(n), y] -= 1.0
    ds /= n
    inp = x if len(sizes) == 2 else 0.5 * np.ones((n, sizes[-2]))
    gradients = []
    for k in range(len(sizes) - 2):
        gradients.append((np.zeros((sizes[k], sizes[k + 1])), np.zeros(sizes[k + 1])))
    gradients.append((inp.T.dot(ds), ds.sum(axis=0)))
    moves = [(bool(np.any(dw != 0)), bool(np.any(db != 0))) for dw, db in gradients]
    return gradients, moves
