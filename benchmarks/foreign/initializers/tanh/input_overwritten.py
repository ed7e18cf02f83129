# says: The result is written into the array of the caller.
def tanh(x):
    np.tanh(x, out=x)
    return x, 1 - x**2
