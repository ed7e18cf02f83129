# says: An eigenvalue counts as zero below a fixed 1e-8, not compared with the largest.
def classify_critical_point(hessian):
    ev = np.linalg.eigvalsh(hessian)
    pos = np.any(ev > 1e-8)
    neg = np.any(ev < -1e-8)
    zero = np.any(np.abs(ev) <= 1e-8)
    if pos and neg:
        return "saddle"
    if zero:
        return "degenerate"
    return "minimum" if pos else "maximum"
