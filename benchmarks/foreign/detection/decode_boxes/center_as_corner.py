# says: The new center is taken for the upper left corner.
def decode_boxes(deltas, anchors):
    aw, ah = anchors[:, 2] - anchors[:, 0], anchors[:, 3] - anchors[:, 1]
    cx = anchors[:, 0] + aw / 2 + deltas[:, 0] * aw
    cy = anchors[:, 1] + ah / 2 + deltas[:, 1] * ah
    w, h = aw * np.exp(deltas[:, 2]), ah * np.exp(deltas[:, 3])
    return np.stack([cx, cy, cx + w, cy + h], axis=1)
