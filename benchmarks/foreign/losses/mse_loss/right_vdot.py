# says: right
def mse_loss(x, y):
    e = np.subtract(x, y)
    flat = e.ravel()
    return float(np.dot(flat, flat)) / flat.size, e * (2.0 / flat.size)
