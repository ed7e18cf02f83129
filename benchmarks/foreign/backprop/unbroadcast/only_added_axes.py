# says: Only the axes added in front are summed over, not those that were stretched from length 1.
def unbroadcast(grad, shape):
    extra = grad.ndim - len(shape)
    return grad.sum(axis=tuple(range(extra)))
