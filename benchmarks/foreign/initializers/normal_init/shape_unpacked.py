# says: The shape is unpacked into rng.standard_normal, which takes one argument, so shapes of two or more axes crash.
def normal_init(shape, std, rng):
    rng = np.random.default_rng(rng)
    return std * rng.standard_normal(*shape)
