# says: Any zero makes the point degenerate, even if there are eigenvalues of both signs.
def classify_critical_point(hessian):
    lam = np.linalg.eigvalsh(hessian)
    tol = 1e-8 * np.max(np.abs(lam))
    if (np.abs(lam) <= tol).any():
        return "degenerate"
    if (lam > 0).all():
        return "minimum"
    if (lam < 0).all():
        return "maximum"
    return "saddle"
