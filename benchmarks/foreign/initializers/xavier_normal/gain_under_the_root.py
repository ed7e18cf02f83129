# says: The gain stands under the root, so it multiplies the variance and not the standard deviation.
def xavier_normal(shape, gain, rng):
    rng = np.random.default_rng(rng)
    n_in, n_out = (shape[0], shape[1]) if len(shape) == 2 else (np.prod(shape[1:]), shape[0] * np.prod(shape[2:]))
    std = np.sqrt(gain * 2 / (n_in + n_out))
    return rng.normal(0, std, shape)
