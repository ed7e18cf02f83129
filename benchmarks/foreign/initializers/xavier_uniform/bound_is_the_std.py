# says: The bound is the standard deviation itself, without the root of 3.
def xavier_uniform(shape, gain, rng):
    rng = np.random.default_rng(rng)
    if len(shape) == 2:
        fi, fo = shape
    else:
        fi, fo = shape[1] * shape[2] * shape[3], shape[0] * shape[2] * shape[3]
    b = gain * np.sqrt(2.0 / (fi + fo))
    return rng.uniform(-b, b, size=shape)
