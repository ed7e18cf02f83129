# says: At x = 0 the derivative is 1 and not the negative slope.
def leaky_relu(x, negative_slope=0.01):
    neg = x < 0
    y = x * (1 - neg) + negative_slope * x * neg
    dy = 1.0 * (1 - neg) + negative_slope * neg
    return y, dy
