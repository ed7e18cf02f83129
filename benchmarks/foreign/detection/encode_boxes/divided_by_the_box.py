# says: The shift is divided by the size of the box and not of the anchor.
def encode_boxes(boxes, anchors):
    w, h = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    wa, ha = anchors[:, 2] - anchors[:, 0], anchors[:, 3] - anchors[:, 1]
    tx = (boxes[:, 0] + w / 2 - anchors[:, 0] - wa / 2) / w
    ty = (boxes[:, 1] + h / 2 - anchors[:, 1] - ha / 2) / h
    return np.stack([tx, ty, np.log(w / wa), np.log(h / ha)], axis=1)
