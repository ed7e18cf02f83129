# says: The gradients of the weights are averaged over the sequences instead of summed.
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return h, {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "h": h}

def rnn_step_backward(dnext_h, cache):
    N = dnext_h.shape[0]
    da = dnext_h * (1 - cache["h"] ** 2)
    dx = da.dot(cache["Wx"].T)
    dprev_h = da.dot(cache["Wh"].T)
    dWx = cache["x"].T.dot(da) / N
    dWh = cache["prev_h"].T.dot(da) / N
    db = da.mean(axis=0)
    return dx, dprev_h, dWx, dWh, db
