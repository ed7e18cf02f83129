# says: Right; counts the places of a range.
def conv_output_shape(h, w, kh, kw, stride, pad):
    places = [len(range(0, n + 2 * pad - k + 1, stride)) for n, k in ((h, kh), (w, kw))]
    if 0 in places:
        raise ValueError("no window fits")
    return tuple(places)
