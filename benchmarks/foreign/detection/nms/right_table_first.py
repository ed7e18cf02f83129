# says: right
def nms(boxes, scores, iou_threshold):
    n = len(boxes)
    side = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    area = side[:, 0] * side[:, 1]
    meet = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    inter = np.maximum(meet, 0).prod(axis=2)
    union = area[:, None] + area[None] - inter
    close = np.divide(inter, union, out=np.zeros((n, n)), where=union > 0) > iou_threshold
    kept = []
    for i in sorted(range(n), key=lambda i: (-scores[i], i)):
        if not close[kept, i].any():
            kept.append(i)
    return np.array(kept, dtype=np.int64)
