# says: The sigmoid is written as exp(a) / (1 + exp(a)), which is nan for large numbers.
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    def sigmoid(z):
        e = np.exp(z)
        return e / (1 + e)

    H = prev_h.shape[1]
    z = x @ Wx + prev_h @ Wh + b
    gates = sigmoid(z[:, : 3 * H])
    i, f, o = gates[:, :H], gates[:, H : 2 * H], gates[:, 2 * H :]
    g = np.tanh(z[:, 3 * H :])
    c = f * prev_c + i * g
    return o * np.tanh(c), c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, c)
