# says: The row is read from the first column of Vt and not from its first row.
def separable_kernel(k):
    u, s, vt = np.linalg.svd(k)
    if s.size > 1 and s[1] > 1e-5 * s[0]:
        return None
    r = np.sqrt(s[0])
    return r * u[:, 0], r * vt[:, 0]
