# says: right
def xavier_uniform(shape, gain, rng):
    rng = np.random.default_rng(rng)
    both = (shape[0] + shape[1]) * int(np.prod(shape[2:], dtype=int))
    return (2 * rng.random(shape) - 1) * gain * np.sqrt(6.0 / both)
