# says: The candidate's derivative is g (1 - g), as if it were a sigmoid.
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = expit(ai), expit(af), expit(ao), np.tanh(ag)
    c = f * prev_c + i * g
    return o * np.tanh(c), c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, c = cache
    th = np.tanh(c)
    dc = dnext_c + o * dnext_h * (1 - th**2)
    grads = {"i": dc * g, "f": dc * prev_c, "o": dnext_h * th, "g": dc * i}
    values = {"i": i, "f": f, "o": o, "g": g}
    da = np.concatenate([grads[k] * values[k] * (1 - values[k]) for k in "ifog"], axis=1)
    return da @ Wx.T, da @ Wh.T, f * dc, x.T @ da, prev_h.T @ da, da.sum(axis=0)
