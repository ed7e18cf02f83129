# says: The mean of the squares is taken in place of the sum, while the gradient is that of the sum.
def l2_penalty(weights, reg):
    loss = 0.5 * reg * sum(float(np.mean(np.square(w))) for w in weights)
    grads = [reg * w for w in weights]
    return loss, grads
