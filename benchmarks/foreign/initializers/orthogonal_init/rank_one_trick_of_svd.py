# says: U V^T is used with a square matrix cut out of it, so a non-square matrix has columns that are too short.
def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    r, c = shape[0], int(np.prod(shape[1:]))
    n = max(r, c)
    u, _, vt = np.linalg.svd(rng.standard_normal((n, n)))
    m = u @ vt
    m = m[: min(r, c), : min(r, c)]
    full = np.zeros((r, c))
    full[: m.shape[0], : m.shape[1]] = m
    return gain * full.reshape(shape)
