# says: Each box is compared with all boxes of higher score, those that were dropped already included; a dropped box has no say any more.
def nms(boxes, scores, iou_threshold):
    n = len(boxes)
    order = np.argsort(-scores, kind="stable")
    area = np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0)
    keep = []
    for pos in range(n):
        i = order[pos]
        ok = True
        for j in order[:pos]:
            w = max(0, min(boxes[i, 2], boxes[j, 2]) - max(boxes[i, 0], boxes[j, 0]))
            h = max(0, min(boxes[i, 3], boxes[j, 3]) - max(boxes[i, 1], boxes[j, 1]))
            union = area[i] + area[j] - w * h
            if union > 0 and w * h / union > iou_threshold:
                ok = False
        if ok:
            keep.append(i)
    return np.array(keep, dtype=int)
