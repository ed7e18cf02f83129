# says: Only the gradient of the state is handed on from step to step; that of the cell begins at 0 in each.
def lstm_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h, c = h0, np.zeros_like(h0)
    out, steps = np.zeros((N, T, h0.shape[1])), []
    for t in range(T):
        ai, af, ao, ag = np.split(x[:, t] @ Wx + h @ Wh + b, 4, axis=1)
        i, f, o, g = expit(ai), expit(af), expit(ao), np.tanh(ag)
        new = f * c + i * g
        steps.append((x[:, t], h, c, i, f, o, g, new))
        c = new
        h = o * np.tanh(c)
        out[:, t] = h
    return out, (steps, Wx, Wh)


def lstm_backward(dh, cache):
    steps, Wx, Wh = cache
    N, T, H = dh.shape
    dx = np.zeros((N, T, Wx.shape[0]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(4 * H)
    dprev = np.zeros((N, H))
    for t in reversed(range(T)):
        x, ph, pc, i, f, o, g, c = steps[t]
        d = dh[:, t] + dprev
        th = np.tanh(c)
        dc = d * o * (1 - th**2)
        da = np.hstack([dc * g * i * (1 - i), dc * pc * f * (1 - f), d * th * o * (1 - o), dc * i * (1 - g**2)])
        dx[:, t] = da @ Wx.T
        dprev = da @ Wh.T
        dWx += x.T @ da
        dWh += ph.T @ da
        db += da.sum(0)
    return dx, dprev, dWx, dWh, db
