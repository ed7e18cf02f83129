# says: A kernel that is too large gives zero or negative sizes instead of a ValueError, and the sizes are floats.
def conv_output_shape(h, w, kh, kw, stride, pad):
    out_h = (h + 2 * pad - kh) / stride + 1
    out_w = (w + 2 * pad - kw) / stride + 1
    return np.floor(out_h), np.floor(out_w)
