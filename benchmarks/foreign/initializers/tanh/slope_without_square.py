# says: The derivative is 1 - tanh x, without the square.
def tanh(x):
    y = np.tanh(x)
    return y, 1 - y
