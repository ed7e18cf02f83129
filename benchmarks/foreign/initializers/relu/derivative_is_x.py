# says: The derivative where x > 0 is 1, not x.
def relu(x):
    mask = x > 0
    return x * mask, np.where(mask, x, 0)
