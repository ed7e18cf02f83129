# says: eigh returns eigenvectors as columns; you take a row.
def escape_saddle(x, hessian, step):
    vals, vecs = np.linalg.eigh(hessian)
    if vals[0] >= -1e-8 * np.abs(vals).max():
        return x.copy()
    return x + step * vecs[0]
