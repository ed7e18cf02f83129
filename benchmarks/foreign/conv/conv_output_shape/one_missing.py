# says: The first place of the window is not counted: the + 1 is missing.
def conv_output_shape(h, w, kh, kw, stride, pad):
    if kh > h + 2 * pad or kw > w + 2 * pad:
        raise ValueError("kernel too large")
    return (h + 2 * pad - kh) // stride, (w + 2 * pad - kw) // stride
