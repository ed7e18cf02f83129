# says: You only scale the columns to length 1; they are not perpendicular to each other.
def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    w = rng.standard_normal((shape[0], int(np.prod(shape[1:]))))
    w = w / np.linalg.norm(w, axis=0, keepdims=True)
    return gain * w.reshape(shape)
