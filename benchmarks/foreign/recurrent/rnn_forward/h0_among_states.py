# says: h0 is the first of the returned states, and the last state is missing.
def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.empty((N, T + 1, h0.shape[1]))
    h[:, 0] = h0
    for t in range(1, T + 1):
        h[:, t] = np.tanh(x[:, t - 1] @ Wx + h[:, t - 1] @ Wh + b)
    return h[:, :T], (x, h, Wx, Wh)
