# says: A kernel that fits exactly raises an error.
def conv_output_shape(h, w, kh, kw, stride, pad):
    dh, dw = h + 2 * pad - kh, w + 2 * pad - kw
    if dh <= 0 or dw <= 0:
        raise ValueError("does not fit")
    return dh // stride + 1, dw // stride + 1
