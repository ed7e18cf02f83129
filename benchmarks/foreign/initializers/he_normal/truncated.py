# says: The draws are cut off at two standard deviations.
def he_normal(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    fan_in = shape[0] if len(shape) == 2 else int(np.prod(shape[1:]))
    fan_out = shape[1] if len(shape) == 2 else shape[0] * int(np.prod(shape[2:]))
    fan = {"fan_in": fan_in, "fan_out": fan_out}.get(mode)
    if fan is None:
        raise ValueError(mode)
    std = np.sqrt(2 / ((1 + negative_slope**2) * fan))
    return np.clip(rng.normal(0, std, shape), -2 * std, 2 * std)
