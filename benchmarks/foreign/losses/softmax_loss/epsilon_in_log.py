# says: A small number is added inside the logarithm, which caps the loss at about 27.6.
def softmax_loss(x, y):
    n = x.shape[0]
    z = np.exp(x - np.amax(x, axis=1)[:, None])
    probs = z / z.sum(1)[:, None]
    right = probs[range(n), y]
    loss = -np.log(right + 1e-12).sum() / n
    probs[range(n), y] -= 1
    probs /= n
    return float(loss), probs
