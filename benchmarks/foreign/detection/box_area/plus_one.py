# says: Whole pixels are counted: 1 is added to width and height.
def box_area(boxes):
    w = np.maximum(boxes[:, 2] - boxes[:, 0] + 1, 0)
    h = np.maximum(boxes[:, 3] - boxes[:, 1] + 1, 0)
    return w * h
