# says: You apply tanh once more to y, which is tanh of x already, before squaring.
def tanh(x):
    out = np.tanh(x)
    grad = 1.0 - np.tanh(out) ** 2
    return out, grad
