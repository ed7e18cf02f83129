# says: The size is multiplied by 1 + t and not by exp(t).
def decode_boxes(deltas, anchors):
    size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, 2:] + anchors[:, :2]) / 2 + deltas[:, :2] * size
    new = size * (1 + deltas[:, 2:])
    return np.hstack([center - new / 2, center + new / 2])
