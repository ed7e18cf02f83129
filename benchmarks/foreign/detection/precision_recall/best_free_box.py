# says: Claimed boxes are passed over and the best free one is taken (as COCO does); here only the box of the largest IoU counts, even if it is claimed.
def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    def iou(p, q):
        w = max(0, min(p[2], q[2]) - max(p[0], q[0]))
        h = max(0, min(p[3], q[3]) - max(p[1], q[1]))
        u = max(0, p[2] - p[0]) * max(0, p[3] - p[1]) + max(0, q[2] - q[0]) * max(0, q[3] - q[1]) - w * h
        return w * h / u if u > 0 else 0
    ranked = sorted(((s, i, j) for i, ss in enumerate(scores) for j, s in enumerate(ss)), key=lambda t: -t[0])
    used = set()
    hits = []
    for s, i, j in ranked:
        free = [g for g in range(len(truth[i])) if (i, g) not in used]
        best = max(free, key=lambda g: iou(boxes[i][j], truth[i][g]), default=None)
        ok = best is not None and iou(boxes[i][j], truth[i][best]) >= iou_threshold
        if ok:
            used.add((i, best))
        hits.append(float(ok))
    total = sum(map(len, truth))
    c = np.cumsum(hits)
    return c / (np.arange(len(hits)) + 1), c / total if total else np.zeros(len(hits))
