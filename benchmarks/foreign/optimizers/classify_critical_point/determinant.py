# says: The sign of the determinant and of the first entry decide, which is right in two dimensions only.
def classify_critical_point(hessian):
    det = np.linalg.det(hessian)
    if abs(det) <= 1e-8 * np.abs(hessian).max() ** 2:
        return "degenerate"
    if det < 0:
        return "saddle"
    return "minimum" if hessian[0, 0] > 0 else "maximum"
