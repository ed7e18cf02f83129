# says: right
def jacobian(f, x):
    base = np.array(x, dtype=float)
    columns = []
    for direction in np.eye(base.size).reshape((base.size,) + base.shape):
        a, b = (np.array(f(base + s * 1e-5 * direction), dtype=float).ravel() for s in (1, -1))
        columns.append((a - b) / 2e-5)
    return np.column_stack(columns)
