# says: The result is (M, N): entry (i, j) belongs to b[i] and a[j].
def box_iou(a, b):
    res = []
    for q in b:
        row = []
        for p in a:
            w = min(p[2], q[2]) - max(p[0], q[0])
            h = min(p[3], q[3]) - max(p[1], q[1])
            inter = w * h if w > 0 and h > 0 else 0.0
            ap = max(p[2] - p[0], 0) * max(p[3] - p[1], 0)
            aq = max(q[2] - q[0], 0) * max(q[3] - q[1], 0)
            u = ap + aq - inter
            row.append(inter / u if u > 0 else 0.0)
        res.append(row)
    return np.array(res).reshape(len(b), len(a))
