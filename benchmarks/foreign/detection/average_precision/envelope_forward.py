# says: The running maximum goes from the left, so each precision becomes the best so far instead of the best that is still to come; the input is changed in place on top of that.
def average_precision(precision, recall, points=None):
    n = len(precision)
    if n == 0:
        return 0.0
    for i in range(1, n):
        precision[i] = max(precision[i], precision[i - 1])
    if points is None:
        ap, last = 0.0, 0.0
        for p, r in zip(precision, recall):
            ap += (r - last) * p
            last = r
        return float(ap)
    s = 0.0
    for k in range(points):
        t = k / (points - 1)
        idx = [i for i in range(n) if recall[i] >= t - 1e-9]
        s += max(precision[i] for i in idx) if idx else 0.0
    return float(s / points)
