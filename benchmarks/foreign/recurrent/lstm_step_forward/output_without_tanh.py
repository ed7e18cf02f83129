# says: The state is o times the cell itself: the tanh of the cell is missing.
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = expit(ai), expit(af), expit(ao), np.tanh(ag)
    c = f * prev_c + i * g
    h = o * c
    return h, c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, c)
