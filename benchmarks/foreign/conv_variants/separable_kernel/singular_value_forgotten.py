# says: The singular value is left out, so the outer product has the right shape and the wrong size.
def separable_kernel(k):
    u, s, vt = np.linalg.svd(k)
    if len(s) > 1 and s[1] > 1e-5 * s[0]:
        return None
    return u[:, 0], vt[0]
