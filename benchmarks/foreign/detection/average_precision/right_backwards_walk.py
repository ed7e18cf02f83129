# says: right
def average_precision(precision, recall, points=None):
    best, envelope = 0.0, []
    for p in reversed(list(precision)):
        best = max(best, float(p))
        envelope.append(best)
    envelope.reverse()
    if points is None:
        return float(sum((r - before) * e for r, before, e in zip(recall, [0.0, *recall], envelope)))
    value = 0.0
    for level in range(points):
        goal = level / (points - 1) - 1e-9
        value += next((e for r, e in zip(recall, envelope) if r >= goal), 0.0)
    return float(value / points)
