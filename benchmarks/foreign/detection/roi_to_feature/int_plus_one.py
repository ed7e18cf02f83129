# says: The right and lower edges are rounded down and 1 is added, which takes one cell too many if an edge lies exactly on a cell.
def roi_to_feature(roi, strides):
    s = int(np.prod(strides)) if len(strides) > 0 else 1
    x1, y1, x2, y2 = roi
    return (int(x1 // s), int(y1 // s), int(x2 // s) + 1, int(y2 // s) + 1)
