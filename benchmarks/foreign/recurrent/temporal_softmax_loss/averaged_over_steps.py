# says: The loss is averaged over all steps that count and not over the sequences.
def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    s = x - x.max(axis=2, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=2, keepdims=True))
    n, t = np.ogrid[:N, :T]
    m = mask.sum()
    loss = -(logp[n, t, y] * mask).sum() / m
    dx = np.exp(logp)
    dx[n, t, y] -= 1
    return float(loss), dx * mask[:, :, None] / m
