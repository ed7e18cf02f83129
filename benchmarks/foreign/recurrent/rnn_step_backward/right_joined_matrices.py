# says: right
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    both = np.hstack([x, prev_h])
    W = np.vstack([Wx, Wh])
    next_h = np.tanh(both @ W + b)
    return next_h, (both, W, next_h, x.shape[1])


def rnn_step_backward(dnext_h, cache):
    both, W, next_h, D = cache
    da = np.multiply(dnext_h, (1 - next_h) * (1 + next_h))
    dboth, dW = da @ W.T, both.T @ da
    return dboth[:, :D], dboth[:, D:], dW[:D], dW[D:], np.einsum("nh->h", da)
