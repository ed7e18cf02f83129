# says: The signs of Q are left as the library gives them, so not every orthogonal matrix is equally likely.
def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    rows, cols = shape[0], int(np.prod(shape[1:]))
    a = rng.standard_normal((max(rows, cols), min(rows, cols)))
    q, _ = np.linalg.qr(a)
    if rows < cols:
        q = q.T
    return gain * q.reshape(shape)
