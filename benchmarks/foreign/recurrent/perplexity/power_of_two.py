# says: 2 is raised to the loss in place of e.
def perplexity(loss, mask):
    return float(2 ** (loss * len(mask) / mask.sum()))
