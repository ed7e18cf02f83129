# says: The padding is added once and not on both sides.
def conv_output_shape(h, w, kh, kw, stride, pad):
    H, W = h + pad, w + pad
    if kh > H or kw > W:
        raise ValueError
    return (H - kh) // stride + 1, (W - kw) // stride + 1
