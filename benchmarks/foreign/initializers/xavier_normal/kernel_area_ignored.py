# says: For a convolution only F and C are added, without the area of the kernel.
def xavier_normal(shape, gain, rng):
    rng = np.random.default_rng(rng)
    return gain * np.sqrt(2 / (shape[0] + shape[1])) * rng.standard_normal(shape)
