# says: Right; the sigmoid as a shifted and scaled tanh, the derivative from tanh too.
def sigmoid(x):
    t = np.tanh(0.5 * x)
    return 0.5 + 0.5 * t, 0.25 * (1 - t) * (1 + t)
