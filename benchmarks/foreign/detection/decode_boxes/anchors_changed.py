# says: The anchors are changed in place.
def decode_boxes(deltas, anchors):
    size = anchors[:, 2:] - anchors[:, :2]
    anchors[:, :2] += size / 2 + deltas[:, :2] * size
    new = size * np.exp(deltas[:, 2:])
    anchors[:, :2] -= new / 2
    anchors[:, 2:] = anchors[:, :2] + new
    return anchors
