# says: Right; a unit is dead if its largest slope is small, statistics by vdot.
def activation_stats(x, weights, activation):
    rows = []
    for w in weights:
        x, slope = activation(x @ w)
        size = np.abs(slope)
        m = x.sum() / x.size
        rows.append((m, np.linalg.norm(x - m) / x.size ** 0.5, np.count_nonzero(size < 0.01) / size.size,
                     np.count_nonzero(size.max(axis=0) < 0.01) / size.shape[1]))
    return {key: [float(r[i]) for r in rows] for i, key in enumerate(["mean", "std", "saturated", "dead"])}
