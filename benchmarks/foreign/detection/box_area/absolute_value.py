# says: The absolute value is taken, so boxes that are turned round have an area.
def box_area(boxes):
    x1, y1, x2, y2 = boxes.T
    return np.abs((x2 - x1) * (y2 - y1))
