# says: The lists hold the numbers of the last layer, once for each layer, since the same dict entries are overwritten.
def activation_stats(x, weights, activation):
    h = x
    for w in weights:
        h, d = activation(h @ w)
        flat = np.abs(d) < 0.01
        mean, std, sat, dead = h.mean(), h.std(), flat.mean(), flat.all(axis=0).mean()
    L = len(weights)
    return {
        "mean": [float(mean)] * L,
        "std": [float(std)] * L,
        "saturated": [float(sat)] * L,
        "dead": [float(dead)] * L,
    }
