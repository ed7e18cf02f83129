# says: The way on which the old state is kept (dnext_h times z) is missing in dprev_h.
def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    rz = expit(x @ Wx[:, :2*H] + prev_h @ Wh[:, :2*H] + b[:2*H])
    r, z = rz[:, :H], rz[:, H:]
    g = np.tanh(x @ Wx[:, 2*H:] + (r * prev_h) @ Wh[:, 2*H:] + b[2*H:])
    return z * prev_h + (1 - z) * g, (x, prev_h, Wx, Wh, r, z, g)

def gru_step_backward(dnext_h, cache):
    x, h, Wx, Wh, r, z, g = cache
    H = h.shape[1]
    daz = dnext_h * (h - g) * z * (1 - z)
    dag = dnext_h * (1 - z) * (1 - g ** 2)
    ds = dag @ Wh[:, 2*H:].T
    dar = ds * h * r * (1 - r)
    da = np.hstack((dar, daz, dag))
    dprev_h = ds * r + dar @ Wh[:, :H].T + daz @ Wh[:, H:2*H].T
    dWh = np.hstack((h.T @ dar, h.T @ daz, (r * h).T @ dag))
    return da @ Wx.T, dprev_h, x.T @ da, dWh, da.sum(0)
