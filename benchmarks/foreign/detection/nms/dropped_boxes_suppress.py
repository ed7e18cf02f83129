# says: A box that was dropped still drops others.
def _iou(p, q):
    lt, rb = np.maximum(p[:2], q[:2]), np.minimum(p[2:], q[2:])
    i = np.clip(rb - lt, 0, None).prod()
    u = np.clip(p[2:] - p[:2], 0, None).prod() + np.clip(q[2:] - q[:2], 0, None).prod() - i
    return i / u if u > 0 else 0.0


def nms(boxes, scores, iou_threshold):
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    kept = []
    for pos, i in enumerate(order):
        if all(_iou(boxes[i], boxes[j]) <= iou_threshold for j in order[:pos]):
            kept.append(i)
    return np.array(kept, dtype=int)
