# says: right
def elu(x, alpha=1.0):
    low = np.minimum(x, 0)
    y = np.maximum(x, 0) + alpha * np.expm1(low)
    dy = np.where(x > 0, np.ones_like(x), alpha * np.exp(low))
    return y, dy
