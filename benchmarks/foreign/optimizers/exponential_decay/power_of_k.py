# says: k is used as the factor itself: lr0 * k ** t.
def exponential_decay(t, lr0, k):
    return lr0 * k**t
