# says: The derivative at exactly 0 is 1.
def relu(x):
    return np.maximum(x, 0), np.where(x < 0, 0.0, 1.0)
