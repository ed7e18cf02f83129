# says: The coordinates are taken as x1, x2, y1, y2.
def box_area(boxes):
    return np.array([max(b[1] - b[0], 0) * max(b[3] - b[2], 0) for b in boxes], dtype=float)
