# says: All four edges are rounded to the nearest cell.
def roi_to_feature(roi, strides):
    S = math.prod(strides)
    left, top, right, bottom = (int(round(v / S)) for v in roi)
    return left, top, max(right, left + 1), max(bottom, top + 1)
