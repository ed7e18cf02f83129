# says: The loss and the gradient are divided by the number of rows instead of the number of all entries.
def mse_loss(x, y):
    n = len(x)
    err = x - y
    return float(np.sum(err**2) / n), 2 / n * err
