# says: Forget and input gate are exchanged: i weighs the old cell and f the candidate.
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    N, H = prev_h.shape
    i, f, o, g = (a.reshape(N, 4, H)[:, k] for k in range(4))
    i, f, o, g = expit(i), expit(f), expit(o), np.tanh(g)
    c = i * prev_c + f * g
    h = o * np.tanh(c)
    return h, c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, c)
