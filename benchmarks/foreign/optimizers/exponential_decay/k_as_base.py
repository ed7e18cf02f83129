# says: k is the rate in the exponent; you use it as the factor itself.
def exponential_decay(t, lr0, k):
    return lr0 * k ** t
