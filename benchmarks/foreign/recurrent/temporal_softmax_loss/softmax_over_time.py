# says: The softmax is taken over the steps (axis 1) instead of over the words.
def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    s = x - x.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    hot = np.eye(V)[y]
    loss = -(mask * np.log((p * hot).sum(axis=2))).sum() / N
    return loss, (p - hot) * mask[..., None] / N
