# says: A network without hidden layer is treated like the others: 1/2 is taken in place of x.
def zero_init_gradients(x, y, sizes):
    N = x.shape[0]
    d = np.full((N, sizes[-1]), 1 / sizes[-1])
    for n in range(N):
        d[n, y[n]] -= 1
    d /= N
    half = np.full((N, sizes[-2]), 0.5)
    out = [(np.zeros((a, b)), np.zeros(b)) for a, b in pairwise(sizes[:-1])]
    out.append((half.T @ d, d.sum(axis=0)))
    return out, [(bool(np.any(abs(a) > 1e-12)), bool(np.any(abs(b) > 1e-12))) for a, b in out]
