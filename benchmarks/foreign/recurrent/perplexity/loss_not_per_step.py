# says: e is raised to the loss per sequence and not per step.
def perplexity(loss, mask):
    return float(np.exp(loss))
