# says: h0 is the first of the returned states and the last one is missing.
def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    states = [h0]
    for t in range(T):
        states.append(np.tanh(x[:, t].dot(Wx) + states[-1].dot(Wh) + b))
    h = np.stack(states[:-1], axis=1)
    return h, (x, states, Wx, Wh)
