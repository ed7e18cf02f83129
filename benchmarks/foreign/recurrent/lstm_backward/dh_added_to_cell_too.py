# says: The loss's dh is added to the gradient of the cell as well, although nothing but the next step and the state looks at the cell.
def _lf(x, h, c, Wx, Wh, b):
    H = h.shape[1]
    a = x @ Wx + h @ Wh + b
    i, f, o, g = expit(a[:, :H]), expit(a[:, H:2*H]), expit(a[:, 2*H:3*H]), np.tanh(a[:, 3*H:])
    nc = f * c + i * g
    return o * np.tanh(nc), nc, (x, h, c, Wx, Wh, i, f, o, g, np.tanh(nc))

def _lb(dh, dc, cache):
    x, h, c, Wx, Wh, i, f, o, g, t = cache
    dc = dc + dh * o * (1 - t ** 2)
    da = np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g ** 2)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, h.T @ da, da.sum(0)

def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = {}
    prev_h, prev_c = h0, np.zeros(h0.shape)
    for t in range(T):
        prev_h, prev_c, caches[t] = _lf(x[:, t], prev_h, prev_c, Wx, Wh, b)
        h[:, t] = prev_h
    return h, caches

def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    dht, dct = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dht = dht + dh[:, t]
        dct = dct + dh[:, t]
        dx[:, t], dht, dct, a, b_, c_ = _lb(dht, dct, cache[t])
        dWx += a; dWh += b_; db += c_
    return dx, dht, dWx, dWh, db
