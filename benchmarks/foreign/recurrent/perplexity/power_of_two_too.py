# says: 2 is raised to the loss, which is measured with the natural logarithm.
def perplexity(loss, mask):
    per_letter = loss * len(mask) / np.count_nonzero(mask)
    return float(2 ** per_letter)
