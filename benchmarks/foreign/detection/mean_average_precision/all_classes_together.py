# says: The classes are not told apart: a box of the wrong class counts as right.
def mean_average_precision(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    T = sum(len(t) for t in truth)
    if T == 0:
        return float("nan")
    values = []
    for thr in iou_thresholds:
        dets = sorted(((-s, n, k) for n in range(len(scores)) for k, s in enumerate(scores[n])))
        claimed = [np.zeros(len(t), bool) for t in truth]
        right = []
        for _, n, k in dets:
            b, t = boxes[n][k], truth[n]
            good = False
            if len(t):
                wh = np.clip(np.minimum(b[2:], t[:, 2:]) - np.maximum(b[:2], t[:, :2]), 0, None)
                i = wh[:, 0] * wh[:, 1]
                u = (b[2] - b[0]) * (b[3] - b[1]) + (t[:, 2] - t[:, 0]) * (t[:, 3] - t[:, 1]) - i
                j = int(np.argmax(i / u))
                good = i[j] / u[j] >= thr and not claimed[n][j]
                claimed[n][j] |= good
            right.append(good)
        tp = np.cumsum(right)
        if len(tp) == 0:
            values.append(0.0)
            continue
        env = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
        values.append(np.sum(np.diff(np.r_[0, tp / T]) * env))
    return float(np.mean(values))
