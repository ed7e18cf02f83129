# says: An empty box with both sides negative has a positive area, since only the product is cut off at 0.
def box_area(boxes):
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return np.maximum(area, 0.0)
