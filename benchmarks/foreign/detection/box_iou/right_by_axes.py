# says: right
def box_iou(a, b):
    def shared(axis):
        low = np.maximum.outer(a[:, axis], b[:, axis])
        high = np.minimum.outer(a[:, axis + 2], b[:, axis + 2])
        return np.where(high > low, high - low, 0.0)

    def area(boxes):
        w, h = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        return np.where((w > 0) & (h > 0), w * h, 0.0)

    both = shared(0) * shared(1)
    union = np.add.outer(area(a), area(b)) - both
    iou = np.zeros(both.shape)
    np.divide(both, union, out=iou, where=union > 0)
    return iou
