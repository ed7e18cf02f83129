# says: dWh uses the new state instead of the old one.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, next_h, Wx, Wh)

def rnn_step_backward(dnext_h, cache):
    x, h, Wx, Wh = cache
    da = dnext_h * (1 - h * h)
    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, np.sum(da, 0)
