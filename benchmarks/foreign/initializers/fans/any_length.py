# says: Shapes of other lengths must raise ValueError; yours answers for (3,4,5), too.
def fans(shape):
    if len(shape) == 2:
        fan_in, fan_out = shape
    else:
        area = int(np.prod(shape[2:]))
        fan_in = shape[1] * area
        fan_out = shape[0] * area
    return fan_in, fan_out
