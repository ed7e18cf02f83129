# says: It divides by the mean of the two fans, whatever the mode is.
def he_normal(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    if mode != "fan_in" and mode != "fan_out":
        raise ValueError("mode")
    k = np.prod(shape[2:]) if len(shape) > 2 else 1
    fan = 0.5 * k * (shape[0] + shape[1])
    return rng.normal(0, np.sqrt(2 / ((1 + negative_slope**2) * fan)), shape)
