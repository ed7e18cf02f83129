# says: The differences of the centers are divided by the sides of the box instead of those of the anchor.
def encode_boxes(boxes, anchors):
    wh = boxes[:, 2:] - boxes[:, :2]
    awh = anchors[:, 2:] - anchors[:, :2]
    c = (boxes[:, 2:] + boxes[:, :2]) / 2
    ac = (anchors[:, 2:] + anchors[:, :2]) / 2
    return np.hstack([(c - ac) / wh, np.log(wh / awh)])
