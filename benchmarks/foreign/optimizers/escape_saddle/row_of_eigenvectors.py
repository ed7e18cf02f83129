# says: The first row of the matrix of eigenvectors is taken and not the first column.
def escape_saddle(x, hessian, step):
    lam, vec = np.linalg.eigh(hessian)
    if lam[0] >= -1e-8 * np.abs(lam).max():
        return x.copy()
    return x + step * vec[0]
