# says: The array holds ints and no floats.
def zero_init(shape):
    return np.zeros(shape, dtype=int)
