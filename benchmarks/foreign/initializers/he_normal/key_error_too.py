# says: An unknown mode raises KeyError from the dict, where ValueError is asked for.
def he_normal(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    area = int(np.prod(shape[2:]))
    fan = {
        "fan_in": shape[0] if len(shape) == 2 else shape[1] * area,
        "fan_out": shape[1] if len(shape) == 2 else shape[0] * area,
    }[mode]
    std = (2.0 / ((1.0 + negative_slope ** 2) * fan)) ** 0.5
    return std * rng.standard_normal(shape)
