# says: The logarithm is taken of the probability, and 0 times minus infinity at a masked step is nan.
def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    e = np.exp(x - x.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    right = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
    loss = -np.sum(mask * np.log(right)) / N
    onehot = np.eye(V)[y]
    return float(loss), mask[:, :, None] * (p - onehot) / N
