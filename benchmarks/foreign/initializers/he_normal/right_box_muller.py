# says: Right; normal numbers by the method of Box and Muller.
def he_normal(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    area = int(np.prod(shape[2:]))
    both = (shape[0], shape[1]) if len(shape) == 2 else (shape[1] * area, shape[0] * area)
    try:
        fan = both[("fan_in", "fan_out").index(mode)]
    except ValueError:
        raise ValueError(f"mode {mode!r}") from None
    radius = np.sqrt(-2 * np.log(1 - rng.random(shape)))
    return radius * np.cos(2 * np.pi * rng.random(shape)) * np.sqrt(2 / (1 + negative_slope ** 2) / fan)
