# says: The comparison is turned round: boxes with a small overlap are dropped and those with a large one are kept.
def nms(boxes, scores, iou_threshold):
    order = np.argsort(-scores, kind="stable")
    keep = []
    areas = np.clip(boxes[:, 2] - boxes[:, 0], 0, None) * np.clip(boxes[:, 3] - boxes[:, 1], 0, None)
    while order.size:
        i = order[0]
        keep.append(int(i))
        r = order[1:]
        xx1, yy1 = np.maximum(boxes[i, 0], boxes[r, 0]), np.maximum(boxes[i, 1], boxes[r, 1])
        xx2, yy2 = np.minimum(boxes[i, 2], boxes[r, 2]), np.minimum(boxes[i, 3], boxes[r, 3])
        inter = np.clip(xx2 - xx1, 0, None) * np.clip(yy2 - yy1, 0, None)
        ovr = inter / np.maximum(areas[i] + areas[r] - inter, 1e-300)
        order = r[ovr > iou_threshold]
    return np.array(keep, dtype=int)
