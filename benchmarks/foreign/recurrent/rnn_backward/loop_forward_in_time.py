# says: The steps are visited from the first to the last, so each hands its gradient to a later step.
def rnn_forward(x, h0, Wx, Wh, b):
    h, prev = [], h0
    for t in range(x.shape[1]):
        prev = np.tanh(x[:, t] @ Wx + prev @ Wh + b)
        h.append(prev)
    return np.stack(h, axis=1), (x, h0, Wx, Wh, h)

def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    N, T, H = dh.shape
    dx = np.zeros_like(x)
    dWx = np.zeros_like(Wx); dWh = np.zeros_like(Wh); db = np.zeros(H)
    dprev = np.zeros((N, H))
    for t in range(T):
        da = (dh[:, t] + dprev) * (1 - h[t] ** 2)
        before = h[t - 1] if t > 0 else h0
        dx[:, t] = da @ Wx.T
        dprev = da @ Wh.T
        dWx += x[:, t].T @ da
        dWh += before.T @ da
        db += da.sum(axis=0)
    return dx, dprev, dWx, dWh, db
