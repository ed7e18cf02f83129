# says: The generator is made anew from a fixed seed, so two layers get the same weights.
def normal_init(shape, std, rng):
    rng = np.random.default_rng(rng)
    rng = np.random.default_rng(0)
    w = rng.standard_normal(shape)
    return w * std
