# says: A generator is made from the seed `rng` plus one, which crashes if it is a generator already.
def he_uniform(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng + 1)
    area = int(np.prod(shape[2:]))
    if mode == "fan_in":
        fan = shape[0] if len(shape) == 2 else shape[1] * area
    elif mode == "fan_out":
        fan = shape[1] if len(shape) == 2 else shape[0] * area
    else:
        raise ValueError(mode)
    b = np.sqrt(6 / ((1 + negative_slope**2) * fan))
    return rng.uniform(-b, b, shape)
