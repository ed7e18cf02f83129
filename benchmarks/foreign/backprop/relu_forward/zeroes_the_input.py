# says: The negative entries are set to 0 in the caller's array.
def relu_forward(x):
    cache = x > 0
    x[x < 0] = 0
    return x, cache
