# says: The boxes are sorted by ascending scores, so the worst boxes are kept and drop the better ones.
def nms(boxes, scores, iou_threshold):
    order = np.argsort(scores, kind='stable')
    keep = []
    while len(order):
        i = order[0]
        keep.append(i)
        rest = order[1:]
        order = rest[_iou1(boxes[i], boxes[rest]) <= iou_threshold]
    return np.array(keep, dtype=int)

def _iou1(box, others):
    w = np.maximum(0, np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0]))
    h = np.maximum(0, np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1]))
    inter = w * h
    area = lambda z: np.maximum(0, z[..., 2] - z[..., 0]) * np.maximum(0, z[..., 3] - z[..., 1])
    union = area(box) + area(others) - inter
    return np.where(union > 0, inter / np.where(union > 0, union, 1), 0)
