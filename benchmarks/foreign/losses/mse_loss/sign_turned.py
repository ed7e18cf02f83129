# says: The gradient has the wrong sign: it is that with respect to the targets.
def mse_loss(x, y):
    M = x.size
    total = 0.0
    for p, t in zip(x.ravel(), y.ravel()):
        total += (p - t) ** 2
    return total / M, 2 * (y - x) / M
