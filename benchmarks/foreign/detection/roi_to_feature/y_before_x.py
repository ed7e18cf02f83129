# says: The result is in the order top, left, bottom, right.
def roi_to_feature(roi, strides):
    S = 1
    for s in strides:
        S *= s
    x1, y1, x2, y2 = roi
    l, t = int(x1 / S), int(y1 / S)
    r, b = max(math.ceil(x2 / S), l + 1), max(math.ceil(y2 / S), t + 1)
    return t, l, b, r
