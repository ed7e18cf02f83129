# says: Both exponentials of the definition overflow at 1000, and inf / inf is nan; use np.tanh.
def tanh(x):
    a, b = np.exp(x), np.exp(-x)
    y = (a - b) / (a + b)
    return y, 1 - y ** 2
