# says: prev_h @ Wh + b is right, but prev_h itself is overwritten with the result, so the caller's state changes.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    old = prev_h.copy()
    prev_h[:] = np.tanh(x @ Wx + old @ Wh + b)
    return prev_h, (x, old, Wx, Wh, prev_h)
