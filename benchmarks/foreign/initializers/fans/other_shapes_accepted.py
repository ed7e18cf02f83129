# says: A shape of another length gives a result instead of a ValueError.
def fans(shape):
    if len(shape) == 2:
        return shape
    k = int(np.prod(shape[2:]))
    return shape[1] * k, shape[0] * k
