# says: The mean runs over all classes that occur anywhere, detections included, so a class without any true box counts as AP 0.
def _iou_row(p, t):
    wh = np.clip(np.minimum(p[2:], t[:, 2:]) - np.maximum(p[:2], t[:, :2]), 0, None)
    inter = wh.prod(axis=1)
    u = np.clip(p[2:] - p[:2], 0, None).prod() + np.clip(t[:, 2:] - t[:, :2], 0, None).prod(axis=1) - inter
    return np.divide(inter, u, out=np.zeros(len(t)), where=u > 0)

def _ap(boxes, scores, truth, thr):
    order = sorted([(-s, i, j) for i, ss in enumerate(scores) for j, s in enumerate(ss)])
    taken = [[False] * len(t) for t in truth]
    total = sum(len(t) for t in truth)
    if total == 0 or not order:
        return 0.0
    tp = []
    for _, i, j in order:
        ok = 0
        if len(truth[i]):
            o = _iou_row(boxes[i][j], truth[i])
            g = int(o.argmax())
            if o[g] >= thr and not taken[i][g]:
                taken[i][g] = True
                ok = 1
        tp.append(ok)
    c = np.cumsum(tp)
    p, r = c / np.arange(1, len(c) + 1), c / total
    env = np.maximum.accumulate(p[::-1])[::-1]
    return float(np.sum(np.diff(np.r_[0, r]) * env))

def mean_average_precision(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    if sum(len(t) for t in truth) == 0:
        return float("nan")
    classes = set(np.concatenate(labels).tolist()) | set(np.concatenate(truth_labels).tolist())
    aps = []
    for thr in iou_thresholds:
        for c in classes:
            aps.append(_ap([b[l == c] for b, l in zip(boxes, labels)], [s[l == c] for s, l in zip(scores, labels)],
                           [t[l == c] for t, l in zip(truth, truth_labels)], thr))
    return float(np.mean(aps))
