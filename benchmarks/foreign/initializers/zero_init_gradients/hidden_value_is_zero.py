# says: The hidden units are taken to pass on 0 and not sigmoid(0) = 1/2, so that only the bias moves.
def zero_init_gradients(x, y, sizes):
    N, C = len(x), sizes[-1]
    d = (1 / C - np.eye(C)[y]) / N
    below = x if len(sizes) == 2 else np.zeros((N, sizes[-2]))
    grads = [(np.zeros((a, b)), np.zeros(b)) for a, b in zip(sizes[:-2], sizes[1:-1])]
    grads.append((below.T @ d, d.sum(axis=0)))
    moves = [(bool((abs(dw) > 1e-12).any()), bool((abs(db) > 1e-12).any())) for dw, db in grads]
    return grads, moves
