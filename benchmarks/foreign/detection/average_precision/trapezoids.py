# says: The trapezoid rule joins the points by straight lines.
def average_precision(precision, recall, points=None):
    if recall.size == 0:
        return 0.0
    env = np.maximum.accumulate(precision[::-1])[::-1]
    if points is None:
        r = np.r_[0, recall]
        p = np.r_[env[0], env]
        return float(np.sum((r[1:] - r[:-1]) * (p[1:] + p[:-1]) / 2))
    total = 0.0
    for t in np.linspace(0, 1, points):
        ok = recall >= t - 1e-9
        total += env[ok].max() if ok.any() else 0
    return float(total / points)
