# says: The gradient lacks the factor 2, as if there were a half in front of the loss.
def mse_loss(x, y):
    d = x - y
    loss = np.mean(np.square(d))
    grad = d / d.size
    return float(loss), grad
