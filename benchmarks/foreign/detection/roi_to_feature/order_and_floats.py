# says: The order of the result is left, right, top, bottom, and np.floor and np.ceil leave floats, with which a map cannot be sliced.
def roi_to_feature(roi, strides):
    S = np.prod(strides)
    left = np.floor(roi[0] / S)
    top = np.floor(roi[1] / S)
    right = np.maximum(np.ceil(roi[2] / S), left + 1)
    bottom = np.maximum(np.ceil(roi[3] / S), top + 1)
    return left, right, top, bottom
