# says: The errors are computed in place, so the predictions of the caller are overwritten.
def mse_loss(x, y):
    x -= y
    loss = float(np.mean(x * x))
    x *= 2 / x.size
    return loss, x
