# says: right
def separable_kernel(k):
    size = np.abs(k)
    i, j = np.unravel_index(size.argmax(), k.shape)
    if k[i, j] == 0:
        return np.zeros(k.shape[0]), np.zeros(k.shape[1])
    column, row = k[:, j] / k[i, j], k[i].copy()
    if np.max(np.abs(k - np.multiply.outer(column, row))) > 1e-5 * size.max():
        return None
    return column, row
