# says: The intersection is not subtracted from the sum of the areas, so it is counted twice in the union.
def box_iou(a, b):
    N, M = len(a), len(b)
    out = np.zeros((N, M))
    for i in range(N):
        for j in range(M):
            x1 = max(a[i, 0], b[j, 0]); y1 = max(a[i, 1], b[j, 1])
            x2 = min(a[i, 2], b[j, 2]); y2 = min(a[i, 3], b[j, 3])
            inter = max(0, x2 - x1) * max(0, y2 - y1)
            aa = max(0, a[i, 2] - a[i, 0]) * max(0, a[i, 3] - a[i, 1])
            ab = max(0, b[j, 2] - b[j, 0]) * max(0, b[j, 3] - b[j, 1])
            if aa + ab > 0:
                out[i, j] = inter / (aa + ab)
    return out
