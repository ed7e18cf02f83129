# says: The loss is the sum of the squared errors, and so is the gradient; nothing is divided by the number of entries.
def mse_loss(x, y):
    diff = x - y
    loss = float((diff ** 2).sum())
    dx = 2 * diff
    return loss, dx
