# says: The strides are added instead of multiplied.
def roi_to_feature(roi, strides):
    S = sum(strides) if len(strides) else 1
    x1, y1, x2, y2 = roi
    left, top = math.floor(x1 / S), math.floor(y1 / S)
    right = max(math.ceil(x2 / S), left + 1)
    bottom = max(math.ceil(y2 / S), top + 1)
    return left, top, right, bottom
