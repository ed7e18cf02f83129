# says: The n levels begin at 1/n and leave out the recall of 0; a level is reached without the tolerance.
def average_precision(precision, recall, points=None):
    if len(recall) == 0:
        return 0.0
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    if points is None:
        return float(np.sum(np.diff(np.r_[0, recall]) * envelope))
    out = 0.0
    for i in range(1, points + 1):
        reached = envelope[recall >= i / points]
        out += reached[0] if len(reached) else 0.0
    return out / points
