# says: The product is cut into three blocks and not four, so the shapes do not fit.
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    ai, af, ag = np.split(a, 3, axis=1)
    i, f, g = expit(ai), expit(af), np.tanh(ag)
    c = f * prev_c + i * g
    h = np.tanh(c)
    return h, c, (x, prev_h, prev_c, Wx, Wh, i, f, g, c)
