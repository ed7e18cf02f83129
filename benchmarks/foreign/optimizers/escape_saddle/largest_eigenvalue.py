# says: It moves along the eigenvector of the largest eigenvalue.
def escape_saddle(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    if np.min(values) >= -1e-8 * np.max(np.abs(values)):
        return np.array(x)
    return x + step * vectors[:, np.argmax(values)]
