# says: Right: the envelope by a reversed running maximum, its values at the levels by searchsorted.
def average_precision(precision, recall, points=None):
    if not len(precision):
        return 0.0
    best = np.append(np.maximum.accumulate(np.asarray(precision, float)[::-1])[::-1], 0.0)
    if points is None:
        return float(np.diff(recall, prepend=0.0) @ best[:-1])
    levels = np.linspace(0.0, 1.0, points) - 1e-9
    return float(best[np.searchsorted(recall, levels, side="left")].mean())
