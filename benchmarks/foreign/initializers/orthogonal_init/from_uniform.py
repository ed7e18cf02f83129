# says: The matrix that you decompose has uniform numbers from 0 to 1: its Q is orthogonal, but not all orthogonal matrices are equally likely.
def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    n, m = shape[0], int(np.prod(shape[1:]))
    a = rng.random((max(n, m), min(n, m)))
    q, r = np.linalg.qr(a)
    q = q * np.sign(np.diag(r))
    q = q if n >= m else q.T
    return gain * q.reshape(shape)
