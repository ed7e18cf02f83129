# says: Right: all IoUs at once in a matrix of ranks, and a boolean mask of the boxes that are alive.
def nms(boxes, scores, iou_threshold):
    scores = np.asarray(scores, dtype=float)
    n = len(scores)
    ranked = np.lexsort((np.arange(n), -scores))
    b = np.asarray(boxes, dtype=float).reshape(n, 4)[ranked]
    low, high = np.maximum(b[:, None, :2], b[None, :, :2]), np.minimum(b[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    size = np.prod(np.clip(b[:, 2:] - b[:, :2], 0, None), axis=1)
    union = size[:, None] + size - shared
    with np.errstate(divide="ignore", invalid="ignore"):
        clash = np.where(union > 0, shared / union, 0) > iou_threshold
    alive = np.ones(n, dtype=bool)
    for r in range(n):
        if alive[r]:
            alive[r + 1:] &= ~clash[r, r + 1:]
    return ranked[alive]
