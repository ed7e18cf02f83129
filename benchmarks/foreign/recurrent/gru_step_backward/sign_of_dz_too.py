# says: The gradient in z has the wrong sign: it is g - h instead of h - g.
def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    Wr, Wz, Wg = np.split(Wh, 3, axis=1)
    xr, xz, xg = np.split(x @ Wx + b, 3, axis=1)
    r, z = expit(xr + prev_h @ Wr), expit(xz + prev_h @ Wz)
    g = np.tanh(xg + (r * prev_h) @ Wg)
    return prev_h * z + g * (1 - z), (x, prev_h, Wx, (Wr, Wz, Wg), r, z, g)

def gru_step_backward(dnext_h, cache):
    x, h, Wx, (Wr, Wz, Wg), r, z, g = cache
    daz = dnext_h * (g - h) * z * (1 - z)
    dag = dnext_h * (1 - z) * (1 - g ** 2)
    ds = dag @ Wg.T
    dar = ds * h * r * (1 - r)
    da = np.hstack([dar, daz, dag])
    dh = dnext_h * z + ds * r + dar @ Wr.T + daz @ Wz.T
    return da @ Wx.T, dh, x.T @ da, np.hstack([h.T @ dar, h.T @ daz, (r * h).T @ dag]), da.sum(0)
