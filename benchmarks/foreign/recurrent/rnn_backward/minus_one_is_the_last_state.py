# says: At the first step h[:, -1] is taken, the last state, in place of h0.
def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    prev = h0
    for t in range(T):
        h[:, t] = prev = np.tanh(x[:, t] @ Wx + prev @ Wh + b)
    return h, (x, h0, Wx, Wh, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    dx, dWx, dWh = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh)
    db, carry = np.zeros(Wh.shape[0]), 0
    for t in range(x.shape[1])[::-1]:
        da = (dh[:, t] + carry) * (1 - h[:, t] ** 2)
        dx[:, t] = da.dot(Wx.T)
        dWx += x[:, t].T.dot(da)
        dWh += h[:, t - 1].T.dot(da)
        db += da.sum(0)
        carry = da.dot(Wh.T)
    return dx, carry, dWx, dWh, db
