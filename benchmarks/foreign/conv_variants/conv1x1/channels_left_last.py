# says: The channels are left on the last axis of the result.
def conv1x1(x, w, b):
    return np.einsum("nchw,fc->nhwf", x, w) + b
