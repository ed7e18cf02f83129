# says: The cell is set to 0 at the beginning of each step, inside the loop.
def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    prev = h0
    for t in range(T):
        c = np.zeros((N, H))
        a = x[:, t] @ Wx + prev @ Wh + b
        i, f, o, g = expit(a[:, :H]), expit(a[:, H:2*H]), expit(a[:, 2*H:3*H]), np.tanh(a[:, 3*H:])
        c = f * c + i * g
        prev = o * np.tanh(c)
        h[:, t] = prev
    return h, None
