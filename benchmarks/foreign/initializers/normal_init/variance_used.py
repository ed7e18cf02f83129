# says: std is used as if it were the variance.
def normal_init(shape, std, rng):
    rng = np.random.default_rng(rng)
    return rng.normal(0.0, np.sqrt(std), size=shape)
