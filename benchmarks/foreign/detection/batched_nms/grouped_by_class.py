# says: The kept indices stand class after class instead of by descending score over all classes.
def batched_nms(boxes, scores, classes, iou_threshold):
    keep = []
    for c in np.unique(classes):
        idx = np.flatnonzero(classes == c)
        left = idx[np.argsort(-scores[idx], kind="stable")]
        while len(left):
            i, rest = left[0], left[1:]
            keep.append(i)
            iw = np.clip(np.minimum(boxes[i, 2], boxes[rest, 2]) - np.maximum(boxes[i, 0], boxes[rest, 0]), 0, None)
            ih = np.clip(np.minimum(boxes[i, 3], boxes[rest, 3]) - np.maximum(boxes[i, 1], boxes[rest, 1]), 0, None)
            inter = iw * ih
            ar = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(1)
            u = ar[i] + ar[rest] - inter
            iou = np.divide(inter, u, out=np.zeros_like(inter), where=u > 0)
            left = rest[iou <= iou_threshold]
    return np.array(keep, dtype=int)
