# says: The variance is given to rng.normal where the standard deviation belongs.
def xavier_normal(shape, gain, rng):
    rng = np.random.default_rng(rng)
    k = 1
    for s in shape[2:]:
        k *= s
    fan_sum = k * (shape[0] + shape[1])
    var = gain**2 * 2.0 / fan_sum
    return rng.normal(loc=0.0, scale=var, size=shape)
