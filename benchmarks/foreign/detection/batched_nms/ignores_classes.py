# says: The classes are not looked at: boxes of different classes drop each other.
def batched_nms(boxes, scores, classes, iou_threshold):
    order = np.argsort(-scores, kind="stable")
    suppressed = np.zeros(len(boxes), dtype=bool)
    kept = []
    for i in order:
        if suppressed[i]:
            continue
        kept.append(i)
        for j in range(len(boxes)):
            w = min(boxes[i][2], boxes[j][2]) - max(boxes[i][0], boxes[j][0])
            h = min(boxes[i][3], boxes[j][3]) - max(boxes[i][1], boxes[j][1])
            if w > 0 and h > 0:
                inter = w * h
                ai = (boxes[i][2] - boxes[i][0]) * (boxes[i][3] - boxes[i][1])
                aj = (boxes[j][2] - boxes[j][0]) * (boxes[j][3] - boxes[j][1])
                if inter / (ai + aj - inter) > iou_threshold:
                    suppressed[j] = True
    return np.array(kept, dtype=int)
