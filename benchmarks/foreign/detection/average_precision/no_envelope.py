# says: The area is taken under the raw curve with its teeth and not under the envelope.
def average_precision(precision, recall, points=None):
    if len(recall) == 0:
        return 0.0
    if points is None:
        r = np.concatenate([[0.0], recall])
        return float(np.sum(np.diff(r) * precision))
    levels = np.linspace(0, 1, points)
    values = []
    for level in levels:
        reach = np.flatnonzero(recall >= level - 1e-9)
        values.append(precision[reach[0]] if len(reach) else 0.0)
    return float(np.mean(values))
