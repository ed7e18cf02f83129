# says: The forget gate's gradient uses the new cell instead of the old one.
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    i, f, o = expit(a[:, :H]), expit(a[:, H:2*H]), expit(a[:, 2*H:3*H])
    g = np.tanh(a[:, 3*H:])
    prev_c = f * prev_c + i * g
    return o * np.tanh(prev_c), prev_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g)

def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, c, Wx, Wh, i, f, o, g = cache
    t = np.tanh(c)
    dc = dnext_c + dnext_h * o * (1 - t ** 2)
    dai = dc * g * i * (1 - i)
    daf = dc * c * f * (1 - f)
    dao = dnext_h * t * o * (1 - o)
    dag = dc * i * (1 - g ** 2)
    da = np.hstack((dai, daf, dao, dag))
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)
