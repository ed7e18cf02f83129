# says: The second singular value is compared with a fixed 1e-5 instead of 1e-5 times the first, so a faint kernel always counts as separable.
def separable_kernel(k):
    U, s, Vt = np.linalg.svd(k, full_matrices=False)
    if s.size > 1 and s[1] > 1e-5:
        return None
    col = U[:, 0] * np.sqrt(s[0])
    row = Vt[0] * np.sqrt(s[0])
    return col, row
