# says: The detections are ranked within each image only, and the images follow one another.
def _iou(p, q):
    wh = np.clip(np.minimum(p[2:], q[:, 2:]) - np.maximum(p[:2], q[:, :2]), 0, None)
    i = wh.prod(1)
    u = np.clip(p[2:] - p[:2], 0, None).prod() + np.clip(q[:, 2:] - q[:, :2], 0, None).prod(1) - i
    return np.divide(i, u, out=np.zeros_like(i), where=u > 0)


def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    right = []
    for b, s, t in zip(boxes, scores, truth):
        claimed = set()
        for k in np.argsort(-s, kind="stable"):
            good = 0.0
            if len(t):
                iou = _iou(b[k], t)
                j = int(iou.argmax())
                if iou[j] >= iou_threshold and j not in claimed:
                    claimed.add(j)
                    good = 1.0
            right.append(good)
    c = np.cumsum(right) if right else np.zeros(0)
    T = sum(len(t) for t in truth)
    return c / np.arange(1, len(c) + 1), (c / T if T else 0 * c)
