# says: Width and height of the intersection are not cut off at 0, so boxes that are apart in both directions overlap.
def box_iou(a, b):
    lt = np.maximum(a[:, None, :2], b[None, :, :2])
    rb = np.minimum(a[:, None, 2:], b[None, :, 2:])
    wh = rb - lt
    inter = wh[..., 0] * wh[..., 1]
    sa = np.prod(np.maximum(a[:, 2:] - a[:, :2], 0), axis=1)
    sb = np.prod(np.maximum(b[:, 2:] - b[:, :2], 0), axis=1)
    union = sa[:, None] + sb[None] - inter
    return np.where(union > 0, inter / np.where(union > 0, union, 1), 0)
