# says: The cell begins as h0 and not as 0.
def lstm_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h, c = h0, h0.copy()
    out = np.zeros((N, T, h0.shape[1]))
    steps = []
    for t in range(T):
        ai, af, ao, ag = np.split(x[:, t] @ Wx + h @ Wh + b, 4, axis=1)
        i, f, o, g = expit(ai), expit(af), expit(ao), np.tanh(ag)
        old = c
        c = f * c + i * g
        steps.append((x[:, t], h, old, i, f, o, g, c))
        h = o * np.tanh(c)
        out[:, t] = h
    return out, (steps, Wx, Wh)
