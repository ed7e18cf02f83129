# says: The result is sorted by class and only within a class by score.
def batched_nms(boxes, scores, classes, iou_threshold):
    result = []
    for c in np.unique(classes):
        order = [i for i in np.argsort(-scores, kind="stable") if classes[i] == c]
        while order:
            i = order.pop(0)
            result.append(i)
            left = []
            for j in order:
                wh = np.minimum(boxes[i, 2:], boxes[j, 2:]) - np.maximum(boxes[i, :2], boxes[j, :2])
                inter = np.prod(np.maximum(wh, 0))
                si = np.prod(np.maximum(boxes[i, 2:] - boxes[i, :2], 0))
                sj = np.prod(np.maximum(boxes[j, 2:] - boxes[j, :2], 0))
                union = si + sj - inter
                if not (union > 0 and inter / union > iou_threshold):
                    left.append(j)
            order = left
    return np.array(result, dtype=int)
