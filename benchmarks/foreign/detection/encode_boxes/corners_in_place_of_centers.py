# says: The upper left corners are compared and not the centers.
def encode_boxes(boxes, anchors):
    size, asize = boxes[:, 2:] - boxes[:, :2], anchors[:, 2:] - anchors[:, :2]
    t = (boxes[:, :2] - anchors[:, :2]) / asize
    return np.concatenate([t, np.log(size) - np.log(asize)], axis=1)
