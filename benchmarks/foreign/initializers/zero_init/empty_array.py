# says: A tiny number is left in every entry, so the array is not all zeros.
def zero_init(shape):
    w = np.empty(shape)
    w *= 0.0
    w[np.isnan(w)] = 1e-8
    return w + 1e-8
