# says: Fan-in and fan-out of a convolution are exchanged.
def fans(shape):
    if len(shape) == 4:
        area = shape[2] * shape[3]
        return shape[0] * area, shape[1] * area
    elif len(shape) == 2:
        return shape[0], shape[1]
    else:
        raise ValueError(shape)
