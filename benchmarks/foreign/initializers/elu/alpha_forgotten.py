# says: alpha scales the value but not the derivative.
def elu(x, alpha=1.0):
    small = np.exp(np.where(x > 0, 0, x))
    y = np.where(x > 0, x, alpha * (small - 1))
    return y, np.where(x > 0, 1.0, small)
