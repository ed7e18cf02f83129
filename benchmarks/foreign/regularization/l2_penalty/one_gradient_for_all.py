# says: Only the gradient of the last array is returned, not a list of all.
def l2_penalty(weights, reg):
    loss = 0.0
    for w in weights:
        loss += 0.5 * reg * float((w * w).sum())
        grads = [reg * w]
    return loss, grads
