# says: right
def affine_forward(x, w, b):
    rows = np.hstack([x.reshape(len(x), -1), np.ones((len(x), 1), dtype=x.dtype)])
    table = np.vstack([w, b])
    return rows @ table, (rows, w, x.shape)


def affine_backward(dout, cache):
    rows, w, shape = cache
    both = rows.T @ dout
    return np.inner(dout, w).reshape(shape), both[:-1], both[-1]
