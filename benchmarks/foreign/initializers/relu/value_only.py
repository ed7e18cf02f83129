# says: Only the value is returned and not the derivative, so the two cannot be unpacked.
def relu(x):
    y = x.copy()
    y[y < 0] = 0
    return y
