# says: right
from fractions import Fraction


def roi_to_feature(roi, strides):
    step = 1
    for stride in strides:
        step *= int(stride)
    x1, y1, x2, y2 = (Fraction(float(v)) / step for v in roi)
    left, top = math.floor(x1), math.floor(y1)
    return left, top, max(left + 1, math.ceil(x2)), max(top + 1, math.ceil(y2))
