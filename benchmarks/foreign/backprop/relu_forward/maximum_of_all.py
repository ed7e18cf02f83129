# says: np.max is used in place of np.maximum, so a single number (or an error) comes out.
def relu_forward(x):
    out = np.max(x, 0)
    return out, x
