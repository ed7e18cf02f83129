# says: Right: the area under the envelope by the trapezoidal rule, which is exact for curves of precision_recall, since the envelope only falls where the recall stays.
def average_precision(precision, recall, points=None):
    if len(recall) == 0:
        return 0.0
    env = np.maximum.accumulate(precision[::-1])[::-1]
    if points is None:
        r = np.concatenate(([0], recall))
        p = np.concatenate(([env[0]], env))
        return float(np.trapezoid(p, r))
    total = 0.0
    for level in np.linspace(0, 1, points):
        ok = recall >= level - 1e-9
        total += env[ok].max() if ok.any() else 0
    return float(total / points)
