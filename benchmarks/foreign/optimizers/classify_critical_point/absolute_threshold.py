# says: The limit for zero is 1e-8 times the largest eigenvalue; yours is 1e-8 whatever their size.
def classify_critical_point(hessian):
    lam = np.linalg.eigvalsh(hessian)
    pos = np.sum(lam > 1e-8)
    neg = np.sum(lam < -1e-8)
    if pos and neg:
        return "saddle"
    if pos == len(lam):
        return "minimum"
    if neg == len(lam):
        return "maximum"
    return "degenerate"
