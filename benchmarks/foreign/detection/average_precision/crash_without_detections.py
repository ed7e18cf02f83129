# says: D = 0 is not treated and crashes.
def average_precision(precision, recall, points=None):
    mpre = precision.copy()
    i = len(mpre) - 1
    best = mpre[i]
    while i >= 0:
        best = max(best, mpre[i])
        mpre[i] = best
        i -= 1
    if points is None:
        return float(recall[0] * mpre[0] + np.sum((recall[1:] - recall[:-1]) * mpre[1:]))
    return float(np.mean([max(mpre[recall >= t - 1e-9], default=0.0) for t in np.linspace(0, 1, points)]))
