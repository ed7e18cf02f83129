# says: right
def fans(shape):
    match tuple(shape):
        case (d_in, d_out):
            return int(d_in), int(d_out)
        case (f, c, hh, ww):
            return int(c * hh * ww), int(f * hh * ww)
    raise ValueError(f"neither a dense layer nor a convolution: {shape}")
