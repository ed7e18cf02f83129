# says: right
def classify_critical_point(hessian):
    values = np.linalg.eigvalsh(hessian)
    largest = np.abs(values).max()
    signs = {0 if abs(v) <= 1e-8 * largest else (1 if v > 0 else -1) for v in values}
    if {1, -1} <= signs:
        return "saddle"
    return {(1,): "minimum", (-1,): "maximum"}.get(tuple(signs), "degenerate")
