# says: The recall is divided by the number of true boxes that were found in the end instead of by all true boxes, so it always ends at 1.
def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    flat = [(float(s), i, j) for i in range(len(scores)) for j, s in enumerate(scores[i])]
    flat = sorted(flat, key=lambda e: e[0], reverse=True)
    seen = [np.zeros(len(t), bool) for t in truth]
    right = np.zeros(len(flat))
    for r, (_, i, j) in enumerate(flat):
        t = truth[i]
        if len(t) == 0:
            continue
        p = boxes[i][j]
        wh = np.clip(np.minimum(p[2:], t[:, 2:]) - np.maximum(p[:2], t[:, :2]), 0, None)
        inter = wh[:, 0] * wh[:, 1]
        area = lambda z: np.clip(z[..., 2:] - z[..., :2], 0, None).prod(-1)
        u = area(p) + area(t) - inter
        o = np.where(u > 0, inter / np.maximum(u, 1e-300), 0)
        g = int(np.argmax(o))
        if o[g] >= iou_threshold and not seen[i][g]:
            seen[i][g] = True
            right[r] = 1
    found = np.cumsum(right)
    total = sum(s.sum() for s in seen)
    return found / np.arange(1, len(flat) + 1), found / total if total > 0 else found * 0
