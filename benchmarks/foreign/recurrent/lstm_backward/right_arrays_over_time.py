# says: Right: keeps one (N, T, ...) array per gate instead of a cache per step, and gets the weights' gradients from all steps at once.
def lstm_forward(x, h0, Wx, Wh, b):
    n, steps, _ = x.shape
    size = h0.shape[1]
    gates, cells, states = np.empty((n, steps, 4 * size)), np.zeros((n, steps + 1, size)), np.empty((n, steps + 1, size))
    states[:, 0] = h0
    for t in range(steps):
        a = x[:, t] @ Wx + states[:, t] @ Wh + b
        gates[:, t, :3 * size], gates[:, t, 3 * size:] = expit(a[:, :3 * size]), np.tanh(a[:, 3 * size:])
        i, f, o, g = np.split(gates[:, t], 4, axis=1)
        cells[:, t + 1] = f * cells[:, t] + i * g
        states[:, t + 1] = o * np.tanh(cells[:, t + 1])
    return states[:, 1:].copy(), (x, Wx, Wh, gates, cells, states)

def lstm_backward(dh, cache):
    x, Wx, Wh, gates, cells, states = cache
    da = np.empty_like(gates)
    dstate = dcell = np.zeros(dh[:, 0].shape)
    for t in range(dh.shape[1] - 1, -1, -1):
        i, f, o, g = np.split(gates[:, t], 4, axis=1)
        shown = np.tanh(cells[:, t + 1])
        dstate = dstate + dh[:, t]
        dcell = dcell + dstate * o * (1 - shown ** 2)
        da[:, t] = np.hstack([dcell * g * i * (1 - i), dcell * cells[:, t] * f * (1 - f), dstate * shown * o * (1 - o), dcell * i * (1 - g ** 2)])
        dstate, dcell = da[:, t] @ Wh.T, dcell * f
    both = ([0, 1], [0, 1])
    return da @ Wx.T, dstate, np.tensordot(x, da, both), np.tensordot(states[:, :-1], da, both), da.sum((0, 1))
