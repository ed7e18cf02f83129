# says: The mask is applied to the loss but not to the gradient.
def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    xf = x.reshape(N * T, V)
    yf = y.reshape(N * T)
    mf = mask.reshape(N * T)
    p = np.exp(xf - np.max(xf, axis=1, keepdims=True))
    p /= np.sum(p, axis=1, keepdims=True)
    loss = -np.sum(mf * np.log(p[np.arange(N * T), yf])) / N
    dx = p.copy()
    dx[np.arange(N * T), yf] -= 1
    dx /= N
    return loss, dx.reshape(N, T, V)
