# says: The sigmoid is used in place of tanh.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = expit(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, b, next_h)
