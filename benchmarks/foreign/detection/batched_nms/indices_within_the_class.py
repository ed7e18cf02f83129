# says: The indices are those within the boxes of one class and not within all boxes.
def batched_nms(boxes, scores, classes, iou_threshold):
    def one(b, s):
        order, keep = list(np.argsort(-s, kind="stable")), []
        while order:
            i = order.pop(0)
            keep.append(i)
            wh = [np.maximum(np.minimum(b[i, 2:], b[j, 2:]) - np.maximum(b[i, :2], b[j, :2]), 0).prod() for j in order]
            a = np.maximum(b[:, 2:] - b[:, :2], 0).prod(1)
            order = [j for j, w in zip(order, wh) if w <= iou_threshold * (a[i] + a[j] - w)]
        return keep

    kept, sc = [], []
    for c in set(classes.tolist()):
        m = classes == c
        k = one(boxes[m], scores[m])
        kept += k
        sc += [scores[m][i] for i in k]
    order = sorted(range(len(kept)), key=lambda t: -sc[t])
    return np.array([kept[t] for t in order], dtype=int)
