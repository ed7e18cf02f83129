# says: Without any true box the recall is 0 / 0, that is nan; and an image without true boxes crashes at argmax of nothing.
def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    order = sorted([(-s, n, k) for n in range(len(scores)) for k, s in enumerate(scores[n])])
    used = [[False] * len(t) for t in truth]
    tp = np.zeros(len(order))
    for r, (_, n, k) in enumerate(order):
        b, t = boxes[n][k], truth[n]
        wh = np.clip(np.minimum(b[2:], t[:, 2:]) - np.maximum(b[:2], t[:, :2]), 0, None)
        inter = wh.prod(axis=1)
        union = (b[2:] - b[:2]).prod() + (t[:, 2:] - t[:, :2]).prod(axis=1) - inter
        iou = inter / union
        j = np.argmax(iou)
        if iou[j] >= iou_threshold and not used[n][j]:
            used[n][j] = True
            tp[r] = 1
    cum = tp.cumsum()
    return cum / np.arange(1, len(cum) + 1), cum / sum(len(t) for t in truth)
