# says: The state is multiplied by the transpose of Wh.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh.T + b
    next_h = np.tanh(a)
    return next_h, (x, prev_h, Wx, Wh, next_h)
