# says: The gradients of the weights are averaged over the sequences and not summed.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return h, {"x": x, "p": prev_h, "Wx": Wx, "Wh": Wh, "h": h}


def rnn_step_backward(dnext_h, cache):
    c = cache
    d = dnext_h * (1 - c["h"] * c["h"])
    n = len(d)
    return d @ c["Wx"].T, d @ c["Wh"].T, c["x"].T @ d / n, c["p"].T @ d / n, d.mean(axis=0)
