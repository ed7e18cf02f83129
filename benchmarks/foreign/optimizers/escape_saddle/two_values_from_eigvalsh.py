# says: np.linalg.eigvalsh gives the eigenvalues only, so unpacking them into values and vectors crashes.
def escape_saddle(x, hessian, step):
    values, vectors = np.linalg.eigvalsh(hessian)
    if values[0] >= -1e-8 * np.abs(values).max():
        return x.copy()
    return x + step * vectors[:, 0]
