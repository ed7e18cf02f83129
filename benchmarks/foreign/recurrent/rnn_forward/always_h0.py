# says: Every step gets h0 instead of the state before it.
def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    for t in range(T):
        h[:, t, :] = np.tanh(x[:, t] @ Wx + h0 @ Wh + b)
    return h, (x, h0, Wx, Wh, h)
