# says: right
def unbroadcast(grad, shape):
    padded = (1,) * (np.ndim(grad) - len(shape)) + tuple(shape)
    axes = tuple(a for a, (want, have) in enumerate(zip(padded, np.shape(grad))) if want == 1 and have != 1)
    return np.sum(grad, axis=axes, keepdims=True).reshape(shape)
