# says: The first row and the first column are divided by the corner entry, which may be 0.
def separable_kernel(k):
    column = k[:, 0]
    row = k[0] / k[0, 0]
    if np.abs(np.outer(column, row) - k).max() > 1e-5 * np.abs(k).max():
        return None
    return column, row
