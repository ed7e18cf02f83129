# says: Right; uses a dot product of the flattened error instead of squares and a mean.
def mse_loss(x, y):
    e = (x - y).ravel()
    m = len(e)
    return float(e @ e) / m, ((2.0 / m) * e).reshape(np.shape(x))
