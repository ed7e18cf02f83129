# says: The move is scaled by the eigenvalue, so its length is not `step`; and a minimum is left, too.
def escape_saddle(x, hessian, step):
    values, vectors = np.linalg.eigh(hessian)
    u = vectors[:, 0]
    return x + step * abs(values[0]) * u
