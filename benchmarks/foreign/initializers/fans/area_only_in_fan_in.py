# says: For a convolution the fan-out is F alone, without the area of the kernel.
def fans(shape):
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) == 4:
        F, C, HH, WW = shape
        return C * HH * WW, F
    raise ValueError("unknown shape")
