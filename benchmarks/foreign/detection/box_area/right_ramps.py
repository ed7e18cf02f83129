# says: right
def box_area(boxes):
    sides = (boxes[:, 2:] - boxes[:, :2]).astype(float)
    return np.multiply.reduce(sides * (sides > 0), axis=1)
