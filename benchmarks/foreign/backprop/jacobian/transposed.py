# says: The Jacobian is transposed: a row for each input and not for each output.
def jacobian(f, x):
    h = 1e-5
    rows = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        rows.append((np.asarray(f(up)) - np.asarray(f(down))).ravel() / (2 * h))
    return np.array(rows)
