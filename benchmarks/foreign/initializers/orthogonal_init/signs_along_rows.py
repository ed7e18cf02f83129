# says: The signs of the diagonal are multiplied to the rows of Q and not to its columns, which crashes for matrices that are not square.
def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    n_rows = shape[0]
    n_cols = 1
    for s in shape[1:]:
        n_cols *= s
    flip = n_rows < n_cols
    A = rng.standard_normal((n_cols, n_rows) if flip else (n_rows, n_cols))
    Q, R = np.linalg.qr(A)
    Q = np.sign(np.diag(R))[:, None] * Q
    return gain * (Q.T if flip else Q).reshape(shape)
