# says: The singular value is left out: the outer product of the two unit vectors is the kernel up to its scale only.
def separable_kernel(k):
    u, s, vt = np.linalg.svd(k)
    if (s > 1e-5 * s[0]).sum() > 1:
        return None
    return u[:, 0], vt[0]
