# says: The variable fan_in is used before it is defined for convolutions, so it crashes.
def xavier_normal(shape, gain, rng):
    rng = np.random.default_rng(rng)
    if len(shape) == 2:
        fan_in, fan_out = shape
    elif len(shape) == 4:
        F, C, HH, WW = shape
        fan_out = F * HH * WW
    std = gain * np.sqrt(2 / (fan_in + fan_out))
    return rng.normal(0, std, size=shape)
