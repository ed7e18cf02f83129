# says: The negative slope is not squared.
def he_uniform(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    if len(shape) == 2:
        fan = shape[0] if mode == "fan_in" else shape[1]
    else:
        fan = (shape[1] if mode == "fan_in" else shape[0]) * shape[2] * shape[3]
    limit = np.sqrt(6 / ((1 + negative_slope) * fan))
    return rng.uniform(-limit, limit, shape)
