# says: The caches are taken off the list with pop(), so the same cache cannot be used again.
def rnn_forward(x, h0, Wx, Wh, b):
    h, caches = [], []
    prev = h0
    for t in range(x.shape[1]):
        nxt = np.tanh(x[:, t] @ Wx + prev @ Wh + b)
        caches.append((x[:, t], prev, nxt))
        h.append(nxt)
        prev = nxt
    return np.stack(h, axis=1), (caches, Wx, Wh)


def rnn_backward(dh, cache):
    caches, Wx, Wh = cache
    N, T, H = dh.shape
    dx = np.zeros((N, T, Wx.shape[0]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(H)
    d = np.zeros((N, H))
    while caches:
        xt, hp, hn = caches.pop()
        t = len(caches)
        da = (dh[:, t] + d) * (1 - hn**2)
        dx[:, t] = da @ Wx.T
        dWx += xt.T @ da
        dWh += hp.T @ da
        db += da.sum(0)
        d = da @ Wh.T
    return dx, d, dWx, dWh, db
