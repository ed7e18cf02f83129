# says: The factor 1/2 is missing in the loss, and the gradient has the factor 2.
def l2_penalty(weights, reg):
    loss = reg * sum(np.sum(w**2) for w in weights)
    return float(loss), [2 * reg * w for w in weights]
