# says: The cell is set to 0 in each step, so nothing is remembered in it.
def lstm_forward(x, h0, Wx, Wh, b):
    h, states = h0, []
    for t in range(x.shape[1]):
        c = np.zeros_like(h0)
        ai, af, ao, ag = np.hsplit(x[:, t].dot(Wx) + h.dot(Wh) + b, 4)
        c = expit(af) * c + expit(ai) * np.tanh(ag)
        h = expit(ao) * np.tanh(c)
        states.append(h)
    return np.stack(states, axis=1), (x, h0, Wx, Wh, b)
