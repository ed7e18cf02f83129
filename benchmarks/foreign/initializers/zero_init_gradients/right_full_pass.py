# says: right
def zero_init_gradients(x, y, sizes):
    W = [np.zeros(pair) for pair in zip(sizes, sizes[1:])]
    inputs = [x]
    for w in W[:-1]:
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ w))))
    s = inputs[-1] @ W[-1]
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    d = (p - (np.arange(sizes[-1]) == np.asarray(y)[:, None])) / len(x)
    result = []
    for h, w in zip(inputs[::-1], W[::-1]):
        result.append((h.T @ d, d.sum(axis=0)))
        d = (d @ w.T) * h * (1 - h)
    result.reverse()
    return result, [tuple(bool(np.max(np.abs(g)) > 1e-12) for g in pair) for pair in result]
