# says: The bias is added after tanh.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh))
    h = h + b
    cache = x, prev_h, Wx, Wh, h
    return h, cache
