# says: The gradient in z has the wrong sign: g - h and not h - g.
def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    rz = expit(x @ Wx[:, : 2 * H] + prev_h @ Wh[:, : 2 * H] + b[: 2 * H])
    r, z = rz[:, :H], rz[:, H:]
    g = np.tanh(x @ Wx[:, 2 * H :] + (r * prev_h) @ Wh[:, 2 * H :] + b[2 * H :])
    return z * prev_h + (1 - z) * g, (x, prev_h, Wx, Wh, r, z, g)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, g = cache
    H = prev_h.shape[1]
    da_z = dnext_h * (g - prev_h) * z * (1 - z)
    da_g = dnext_h * (1 - z) * (1 - g**2)
    ds = np.dot(da_g, Wh[:, 2 * H :].T)
    da_r = ds * prev_h * r * (1 - r)
    da = np.concatenate((da_r, da_z, da_g), axis=1)
    dprev = dnext_h * z + ds * r + np.dot(da[:, : 2 * H], Wh[:, : 2 * H].T)
    dWh = np.concatenate((prev_h.T @ da[:, : 2 * H], (r * prev_h).T @ da_g), axis=1)
    return da @ Wx.T, dprev, x.T @ da, dWh, np.sum(da, axis=0)
