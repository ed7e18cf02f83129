# says: The slope enters squared, 1 + a^2; yours is 1 + a.
def he_uniform(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    area = int(np.prod(shape[2:]))
    ins, outs = (shape[0], shape[1]) if len(shape) == 2 else (shape[1] * area, shape[0] * area)
    if mode == "fan_in":
        fan = ins
    elif mode == "fan_out":
        fan = outs
    else:
        raise ValueError("mode")
    gain = np.sqrt(2.0 / (1 + negative_slope))
    std = gain / np.sqrt(fan)
    bound = np.sqrt(3.0) * std
    return rng.uniform(-bound, bound, size=shape)
