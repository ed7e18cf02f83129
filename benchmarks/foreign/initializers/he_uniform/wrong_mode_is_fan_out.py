# says: Any other mode is taken as fan_out; there is no ValueError.
def he_uniform(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    area = int(np.prod(shape[2:]))
    dense = len(shape) == 2
    n_in = shape[0] if dense else shape[1] * area
    n_out = shape[1] if dense else shape[0] * area
    fan = n_in if mode == "fan_in" else n_out
    s = np.sqrt(2 / (1 + negative_slope**2) / fan)
    return (rng.random(shape) - 0.5) * 2 * np.sqrt(3) * s
