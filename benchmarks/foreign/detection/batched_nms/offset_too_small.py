# says: The boxes of a class are moved by the largest coordinate, which is not enough if coordinates are negative.
def batched_nms(boxes, scores, classes, iou_threshold):
    if len(boxes) == 0:
        return np.zeros(0, dtype=int)
    moved = boxes + (classes * boxes.max())[:, None]
    order = np.argsort(-scores, kind="stable")
    keep = []
    while len(order):
        i, rest = order[0], order[1:]
        keep.append(i)
        lt, rb = np.maximum(moved[i, :2], moved[rest, :2]), np.minimum(moved[i, 2:], moved[rest, 2:])
        inter = np.clip(rb - lt, 0, None).prod(1)
        size = np.clip(moved[:, 2:] - moved[:, :2], 0, None).prod(1)
        union = size[i] + size[rest] - inter
        order = rest[inter <= iou_threshold * union]
    return np.array(keep, dtype=int)
