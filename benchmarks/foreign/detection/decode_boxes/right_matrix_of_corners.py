# says: right
def decode_boxes(deltas, anchors):
    corners = anchors.reshape(-1, 2, 2)
    size = np.diff(corners, axis=1)
    middle = corners.mean(axis=1, keepdims=True) + deltas[:, None, :2] * size
    half = 0.5 * size * np.exp(deltas[:, None, 2:])
    return np.concatenate([middle - half, middle + half], axis=1).reshape(-1, 4)
