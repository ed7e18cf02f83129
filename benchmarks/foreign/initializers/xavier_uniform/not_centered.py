# says: The numbers lie between 0 and 2b instead of between -b and b.
def xavier_uniform(shape, gain, rng):
    rng = np.random.default_rng(rng)
    area = np.prod(shape[2:]) if len(shape) == 4 else 1
    total = (shape[0] + shape[1]) * area
    b = gain * np.sqrt(6 / total)
    return 2 * b * rng.random(shape)
