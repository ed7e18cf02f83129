# says: right
def conv1x1(x, w, b):
    return np.moveaxis(np.tensordot(x, w, axes=(1, 1)) + b, -1, 1)
