# says: The kept boxes are returned and not their indices.
def nms(boxes, scores, iou_threshold):
    order = list(np.argsort(-scores, kind="stable"))
    kept = []
    while order:
        best = order.pop(0)
        kept.append(best)
        remaining = []
        for j in order:
            w = min(boxes[best, 2], boxes[j, 2]) - max(boxes[best, 0], boxes[j, 0])
            h = min(boxes[best, 3], boxes[j, 3]) - max(boxes[best, 1], boxes[j, 1])
            inter = max(w, 0) * max(h, 0)
            a = [max(boxes[k, 2] - boxes[k, 0], 0) * max(boxes[k, 3] - boxes[k, 1], 0) for k in (best, j)]
            union = sum(a) - inter
            if union <= 0 or inter / union <= iou_threshold:
                remaining.append(j)
        order = remaining
    return boxes[kept]
