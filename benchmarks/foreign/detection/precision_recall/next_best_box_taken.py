# says: If the best true box is claimed, the best free one is taken, as in COCO.
def _iou(p, q):
    wh = np.clip(np.minimum(p[2:], q[:, 2:]) - np.maximum(p[:2], q[:, :2]), 0, None)
    i = wh.prod(1)
    u = np.clip(p[2:] - p[:2], 0, None).prod() + np.clip(q[:, 2:] - q[:, :2], 0, None).prod(1) - i
    return np.divide(i, u, out=np.zeros_like(i), where=u > 0)


def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    dets = [(scores[n][k], n, boxes[n][k]) for n in range(len(boxes)) for k in range(len(boxes[n]))]
    dets.sort(key=lambda d: -d[0])
    free = [np.ones(len(t), dtype=bool) for t in truth]
    hits = []
    for _, n, box in dets:
        ok = 0
        if free[n].any():
            iou = np.where(free[n], _iou(box, truth[n]), -1)
            j = int(iou.argmax())
            if iou[j] >= iou_threshold:
                free[n][j] = False
                ok = 1
        hits.append(ok)
    tp = np.cumsum(np.array(hits, dtype=float))
    T = sum(map(len, truth))
    recall = tp / T if T > 0 else np.zeros_like(tp)
    return tp / np.arange(1, len(tp) + 1), recall
