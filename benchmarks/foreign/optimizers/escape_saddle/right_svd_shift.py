# says: Right; the direction from np.linalg.svd of the shifted matrix, the sign chosen at the largest entry.
def escape_saddle(x, hessian, step):
    values = np.linalg.eigvalsh(hessian)
    size = np.abs(values).max()
    if values[0] >= -1e-8 * size:
        return np.array(x, dtype=float)
    u, s, vt = np.linalg.svd(values[-1] * np.eye(len(x)) - hessian)
    d = u[:, 0]
    return x + step * d * np.sign(d[np.argmax(np.abs(d))])
