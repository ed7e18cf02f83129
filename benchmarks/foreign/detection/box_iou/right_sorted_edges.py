# says: Right: overlap of intervals is computed per axis by one helper, divided with np.divide and where=.
def _overlap(lo_a, hi_a, lo_b, hi_b):
    return np.clip(np.minimum.outer(hi_a, hi_b) - np.maximum.outer(lo_a, lo_b), 0, None)

def box_iou(a, b):
    a, b = np.asarray(a, float).reshape(-1, 4), np.asarray(b, float).reshape(-1, 4)
    shared = _overlap(a[:, 0], a[:, 2], b[:, 0], b[:, 2]) * _overlap(a[:, 1], a[:, 3], b[:, 1], b[:, 3])
    sizes = [(z[:, 2] - z[:, 0]).clip(0) * (z[:, 3] - z[:, 1]).clip(0) for z in (a, b)]
    union = np.add.outer(*sizes) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
