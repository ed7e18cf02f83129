# says: log(p + 1e-12) caps the loss of an example at 27.6: a loss of 2000 is reported far too small. Compute the log-probability by log-sum-exp.
def softmax_loss(x, y):
    N = x.shape[0]
    exps = np.exp(x - np.max(x, axis=1, keepdims=True))
    probs = exps / np.sum(exps, axis=1, keepdims=True)
    loss = -np.sum(np.log(probs[np.arange(N), y] + 1e-12)) / N
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx
