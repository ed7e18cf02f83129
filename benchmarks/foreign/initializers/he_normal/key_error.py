# says: A wrong mode raises a KeyError and not a ValueError.
def he_normal(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    if len(shape) == 2:
        f = {"fan_in": shape[0], "fan_out": shape[1]}
    else:
        F, C, h, w = shape
        f = {"fan_in": C * h * w, "fan_out": F * h * w}
    return rng.standard_normal(shape) * np.sqrt(2.0 / f[mode] / (1.0 + negative_slope * negative_slope))
