# says: The cell begins at h0 instead of at 0.
def lstm_forward(x, h0, Wx, Wh, b):
    h, c, out = h0, h0, []
    for t in range(x.shape[1]):
        i, f, o, g = np.split(x[:, t, :] @ Wx + h @ Wh + b, 4, axis=-1)
        c = expit(f) * c + expit(i) * np.tanh(g)
        h = expit(o) * np.tanh(c)
        out.append(h)
    return np.stack(out, 1), (x, h0, Wx, Wh, b)
