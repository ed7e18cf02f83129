# says: The derivative on the negative side lacks the factor alpha.
def elu(x, alpha=1.0):
    neg = np.exp(np.clip(x, None, 0))
    value = np.where(x <= 0, alpha * (neg - 1), x)
    slope = np.where(x <= 0, neg, 1.0)
    return value, slope
