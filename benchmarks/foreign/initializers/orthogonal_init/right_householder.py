# says: right
def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    rows = shape[0]
    columns = int(np.prod(shape[1:]))
    normal = rng.standard_normal((rows, columns))
    # the polar factor of a normal matrix is uniform among the orthogonal ones, too
    u, _, vt = np.linalg.svd(normal, full_matrices=False)
    return gain * (u @ vt).reshape(shape)
