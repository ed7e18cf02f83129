# says: The loss is averaged over the rows only, and the gradient is divided by the number of rows.
def bce_with_logits(x, y):
    rows = x.shape[0]
    l = np.logaddexp(0, x) - x * y
    e = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
    return float(l.sum() / rows), (s - y) / rows
