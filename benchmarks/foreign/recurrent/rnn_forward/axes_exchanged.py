# says: The loop runs over the sequences as if they were the steps: the first two axes are exchanged.
def rnn_forward(x, h0, Wx, Wh, b):
    T, N, D = x.shape
    H = h0.shape[1]
    h = np.zeros((T, N, H))
    prev = h0
    for t in range(T):
        prev = np.tanh(x[t] @ Wx + prev @ Wh + b)
        h[t] = prev
    return h, (x, h0, Wx, Wh, h)
