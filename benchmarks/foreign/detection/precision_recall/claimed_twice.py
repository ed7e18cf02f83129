# says: True boxes are never marked as claimed, so a second detection of the same object counts as right, too.
def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    dets = []
    for im in range(len(boxes)):
        for k in range(len(boxes[im])):
            dets.append((-scores[im][k], im, k))
    dets.sort()
    T = sum(len(t) for t in truth)
    tp = []
    for s, im, k in dets:
        best = 0
        for g in truth[im]:
            best = max(best, _iou2(boxes[im][k], g))
        tp.append(1 if best >= iou_threshold else 0)
    tp = np.cumsum(np.array(tp, dtype=float))
    prec = tp / np.arange(1, len(tp) + 1)
    rec = tp / T if T > 0 else np.zeros(len(tp))
    return prec, rec

def _iou2(p, q):
    iw = max(0., min(p[2], q[2]) - max(p[0], q[0])); ih = max(0., min(p[3], q[3]) - max(p[1], q[1]))
    u = max(0., p[2]-p[0]) * max(0., p[3]-p[1]) + max(0., q[2]-q[0]) * max(0., q[3]-q[1]) - iw * ih
    return iw * ih / u if u > 0 else 0.
