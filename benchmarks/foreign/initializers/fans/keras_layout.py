# says: You read a convolution as (HH, WW, C, F), as Keras stores it; here it is (F, C, HH, WW).
def fans(shape):
    if len(shape) == 2:
        return shape[0], shape[1]
    elif len(shape) == 4:
        receptive = shape[0] * shape[1]
        return receptive * shape[2], receptive * shape[3]
    raise ValueError("unknown shape")
