# says: std is the standard deviation already; you take the root as if it were the variance.
def normal_init(shape, std, rng):
    rng = np.random.default_rng(rng)
    return np.sqrt(std) * rng.standard_normal(shape)
