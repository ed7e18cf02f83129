# says: s[1] is read without asking whether there is a second singular value: a kernel of one row or column raises an IndexError.
def separable_kernel(k):
    U, s, Vt = np.linalg.svd(np.asarray(k, dtype=float))
    if s[1] > 1e-5 * s[0]:
        return None
    return s[0] * U[:, 0], Vt[0, :]
