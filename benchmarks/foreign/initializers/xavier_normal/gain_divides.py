# says: The gain divides the weights instead of multiplying them.
def xavier_normal(shape, gain, rng):
    rng = np.random.default_rng(rng)
    k = int(np.prod(shape[2:]))
    std = np.sqrt(2.0 / (k * (shape[0] + shape[1]))) / gain
    W = std * rng.standard_normal(size=shape)
    return W
