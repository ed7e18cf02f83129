# says: The loss is divided by the number of all steps, the filling included.
def perplexity(loss, mask):
    N, T = mask.shape
    per_step = loss * N / (N * T)
    return float(np.exp(per_step))
