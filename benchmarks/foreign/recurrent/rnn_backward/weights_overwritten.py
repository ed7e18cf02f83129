# says: The gradients of the weights are overwritten in each step, so only the first step counts.
def rnn_forward(x, h0, Wx, Wh, b):
    h, prev = [], h0
    for t in range(x.shape[1]):
        prev = np.tanh(x[:, t] @ Wx + prev @ Wh + b)
        h.append(prev)
    h = np.stack(h, axis=1)
    return h, (x, h0, Wx, Wh, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    N, T, D = x.shape
    dx = np.empty(x.shape)
    back = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        hp = h0 if t == 0 else h[:, t - 1]
        da = (dh[:, t] + back) * (1 - h[:, t] ** 2)
        dx[:, t] = da @ Wx.T
        dWx = x[:, t].T @ da
        dWh = hp.T @ da
        db = da.sum(axis=0)
        back = da @ Wh.T
    return dx, back, dWx, dWh, db
