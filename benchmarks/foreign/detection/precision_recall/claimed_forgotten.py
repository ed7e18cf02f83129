# says: A true box is never claimed, so every copy of a detection counts as right.
def _iou(p, q):
    wh = np.clip(np.minimum(p[2:], q[:, 2:]) - np.maximum(p[:2], q[:, :2]), 0, None)
    i = wh.prod(1)
    u = np.clip(p[2:] - p[:2], 0, None).prod() + np.clip(q[:, 2:] - q[:, :2], 0, None).prod(1) - i
    return np.divide(i, u, out=np.zeros_like(i), where=u > 0)


def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    ranked = sorted(((s, n, k) for n, ss in enumerate(scores) for k, s in enumerate(ss)), key=lambda t: -t[0])
    right = np.zeros(len(ranked))
    for r, (_, n, k) in enumerate(ranked):
        if len(truth[n]) and _iou(boxes[n][k], truth[n]).max() >= iou_threshold:
            right[r] = 1
    found = np.cumsum(right)
    total = sum(len(t) for t in truth)
    precision = found / np.arange(1, len(ranked) + 1)
    return precision, found / total if total else np.zeros(len(ranked))
