# says: Right; the polar factor U V^T of a normal matrix, which has the same distribution, in place of QR.
def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    a = rng.standard_normal((shape[0], int(np.prod(shape[1:]))))
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return (gain * (u @ vt)).reshape(shape)
