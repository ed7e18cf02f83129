# says: The raw precision is integrated; the envelope (the best precision at this recall or more) is missing.
def average_precision(precision, recall, points=None):
    if len(precision) == 0:
        return 0.0
    if points is None:
        r = np.concatenate([[0.0], recall])
        return float(np.sum((r[1:] - r[:-1]) * precision))
    levels = np.linspace(0, 1, points)
    vals = [precision[recall >= t - 1e-9].max() if (recall >= t - 1e-9).any() else 0.0 for t in levels]
    return float(np.mean(vals))
