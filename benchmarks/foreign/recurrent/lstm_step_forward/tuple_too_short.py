# says: Only the state and the cache are returned, and the cell is not.
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = np.hsplit(x @ Wx + prev_h @ Wh + b, 4)
    i, f, o, g = expit(ai), expit(af), expit(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
