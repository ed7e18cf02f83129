# says: Classes that only the detections have count with an AP of 0.
def _ap(boxes, scores, truth, thr):
    ranked = sorted(((s, n, k) for n, ss in enumerate(scores) for k, s in enumerate(ss)), key=lambda t: -t[0])
    taken = [set() for _ in truth]
    hit = []
    for _, n, k in ranked:
        b, ok = boxes[n][k], 0.0
        if len(truth[n]):
            t = truth[n]
            inter = np.clip(np.minimum(b[2:], t[:, 2:]) - np.maximum(b[:2], t[:, :2]), 0, None).prod(1)
            union = np.clip(b[2:] - b[:2], 0, None).prod() + np.clip(t[:, 2:] - t[:, :2], 0, None).prod(1) - inter
            iou = np.divide(inter, union, out=np.zeros_like(inter), where=union > 0)
            j = int(iou.argmax())
            if iou[j] >= thr and j not in taken[n]:
                taken[n].add(j)
                ok = 1.0
        hit.append(ok)
    T = sum(map(len, truth))
    if not hit or not T:
        return 0.0
    c = np.cumsum(hit)
    p = np.maximum.accumulate((c / np.arange(1, len(c) + 1))[::-1])[::-1]
    return float(np.sum(np.diff(np.r_[0, c / T]) * p))


def mean_average_precision(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    if sum(map(len, truth_labels)) == 0:
        return float("nan")
    classes = set(np.concatenate(list(truth_labels)).tolist()) | set(np.concatenate(list(labels)).tolist())
    aps = []
    for c in classes:
        bs = [b[l == c] for b, l in zip(boxes, labels)]
        ss = [s[l == c] for s, l in zip(scores, labels)]
        ts = [t[l == c] for t, l in zip(truth, truth_labels)]
        aps += [_ap(bs, ss, ts, thr) for thr in iou_thresholds]
    return float(np.mean(aps))
