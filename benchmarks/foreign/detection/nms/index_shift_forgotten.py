# says: The places found in order[1:] are used as places in order without adding 1, so a kept box comes up again and others are lost.
def nms(boxes, scores, iou_threshold):
    x1, y1, x2, y2 = boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]
    areas = (x2 - x1) * (y2 - y1)
    order = np.argsort(-scores, kind="stable")
    keep = []
    while order.size > 0:
        i = order[0]
        keep.append(i)
        others = order[1:]
        w = np.maximum(0.0, np.minimum(x2[i], x2[others]) - np.maximum(x1[i], x1[others]))
        h = np.maximum(0.0, np.minimum(y2[i], y2[others]) - np.maximum(y1[i], y1[others]))
        inter = w * h
        iou = inter / (areas[i] + areas[others] - inter)
        inds = np.where(iou <= iou_threshold)[0]
        order = order[inds]
    return np.array(keep, dtype=int)
