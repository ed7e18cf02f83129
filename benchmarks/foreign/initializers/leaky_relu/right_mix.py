# says: Right; max(x, 0) plus the slope times min(x, 0).
def leaky_relu(x, negative_slope=0.01):
    a = negative_slope
    return np.maximum(x, 0) + a * np.minimum(x, 0), a + (1 - a) * (x > 0)
