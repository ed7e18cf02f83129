# says: The indices within each class's own boxes are returned without being turned back into places of the whole list.
def batched_nms(boxes, scores, classes, iou_threshold):
    def simple(bx, sc):
        order = np.argsort(-sc, kind="stable")
        out = []
        while len(order):
            i = order[0]; out.append(i); order = order[1:]
            lt = np.maximum(bx[i, :2], bx[order, :2]); rb = np.minimum(bx[i, 2:], bx[order, 2:])
            inter = np.maximum(rb - lt, 0).prod(1)
            a = np.maximum(bx[:, 2:] - bx[:, :2], 0).prod(1)
            u = a[i] + a[order] - inter
            order = order[~(inter > iou_threshold * u)]
        return out
    result = []
    for c in set(classes.tolist()):
        m = classes == c
        result += simple(boxes[m], scores[m])
    result = np.array(result, dtype=int)
    return result[np.argsort(-scores[result], kind="stable")] if len(result) else result
