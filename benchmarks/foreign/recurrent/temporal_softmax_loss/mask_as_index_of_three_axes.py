# says: The mask (N, T) is multiplied to the (N, T, V) gradient without a new axis, which crashes.
def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    s = x - x.max(axis=-1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=-1, keepdims=True))
    right = logp.reshape(-1, V)[np.arange(N * T), y.ravel()]
    loss = -(right * mask.ravel()).sum() / N
    dx = np.exp(logp)
    dx.reshape(-1, V)[np.arange(N * T), y.ravel()] -= 1
    return float(loss), dx * mask / N
