# says: The logarithm is that of the anchor's size over the box's: the sign is turned.
def encode_boxes(boxes, anchors):
    out = np.zeros_like(boxes, dtype=float)
    for i in range(len(boxes)):
        bx1, by1, bx2, by2 = boxes[i]
        ax1, ay1, ax2, ay2 = anchors[i]
        aw, ah = ax2 - ax1, ay2 - ay1
        out[i, 0] = ((bx1 + bx2) - (ax1 + ax2)) / 2 / aw
        out[i, 1] = ((by1 + by2) - (ay1 + ay2)) / 2 / ah
        out[i, 2] = math.log(aw / (bx2 - bx1))
        out[i, 3] = math.log(ah / (by2 - by1))
    return out
