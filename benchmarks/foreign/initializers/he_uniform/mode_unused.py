# says: The fan-in is used whatever mode says.
def he_uniform(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    fan_in = shape[0] if len(shape) == 2 else shape[1] * shape[2] * shape[3]
    bound = np.sqrt(6.0 / ((1 + negative_slope ** 2) * fan_in))
    return rng.uniform(-bound, bound, shape)
