# says: The product of width and height is clamped instead of each factor, so a box that is empty in both directions gets a positive area.
def box_area(boxes):
    return np.clip((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), 0, None)
