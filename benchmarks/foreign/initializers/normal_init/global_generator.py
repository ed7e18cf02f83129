# says: The numbers come from np.random and not from rng, so the same seed gives other weights.
def normal_init(shape, std, rng):
    rng = np.random.default_rng(rng)
    return std * np.random.randn(*shape)
