# says: A region without extent that lies on the edge of a cell gives no cell: right may equal left.
def roi_to_feature(roi, strides):
    step = int(np.prod(strides)) if len(strides) else 1
    x1, y1, x2, y2 = roi
    return int(x1 // step), int(y1 // step), int(np.ceil(x2 / step)), int(np.ceil(y2 / step))
