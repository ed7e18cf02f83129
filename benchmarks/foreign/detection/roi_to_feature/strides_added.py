# says: The strides are added and not multiplied.
def roi_to_feature(roi, strides):
    S = max(sum(strides), 1)
    x1, y1, x2, y2 = roi
    left, top = math.floor(x1 / S), math.floor(y1 / S)
    return left, top, max(math.ceil(x2 / S), left + 1), max(math.ceil(y2 / S), top + 1)
