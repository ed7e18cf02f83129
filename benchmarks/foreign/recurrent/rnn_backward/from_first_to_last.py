# says: The steps are walked from the first to the last, and each hands its gradient to the next.
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
    dx, total, dprev = [], None, np.zeros_like(dh[:, 0])
    for t, (xt, hp, hn) in enumerate(caches):
        da = (dh[:, t] + dprev) * (1 - hn**2)
        dx.append(da @ Wx.T)
        dprev = da @ Wh.T
        g = [xt.T @ da, hp.T @ da, da.sum(0)]
        total = g if total is None else [a + b for a, b in zip(total, g)]
    return np.stack(dx, axis=1), dprev, *total
