# says: The stable order is turned round with [::-1], so of equal scores the higher index comes first.
def nms(boxes, scores, iou_threshold):
    idx = np.argsort(scores, kind="stable")[::-1]
    area = np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0)
    out = []
    while idx.size > 0:
        i, idx = idx[0], idx[1:]
        out.append(i)
        w = np.minimum(boxes[i, 2], boxes[idx, 2]) - np.maximum(boxes[i, 0], boxes[idx, 0])
        h = np.minimum(boxes[i, 3], boxes[idx, 3]) - np.maximum(boxes[i, 1], boxes[idx, 1])
        inter = np.maximum(w, 0) * np.maximum(h, 0)
        union = area[i] + area[idx] - inter
        iou = np.divide(inter, union, out=np.zeros_like(union), where=union > 0)
        idx = idx[iou <= iou_threshold]
    return np.array(out, dtype=int)
