# says: The loss is masked but the gradient is not.
def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    xf, yf, mf = x.reshape(N * T, V), y.reshape(-1), mask.reshape(-1)
    e = xf - xf.max(axis=1, keepdims=True)
    lse = np.log(np.exp(e).sum(axis=1))
    loss = np.sum(mf * (lse - e[np.arange(N * T), yf])) / N
    dx = np.exp(e - lse[:, None])
    dx[np.arange(N * T), yf] -= 1
    return float(loss), (dx / N).reshape(N, T, V)
