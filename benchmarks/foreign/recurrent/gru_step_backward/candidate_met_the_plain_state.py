# says: The candidate's block of dWh is computed with h and not with r * h.
def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    rz = expit(x @ Wx[:, : 2 * H] + prev_h @ Wh[:, : 2 * H] + b[: 2 * H])
    r, z = rz[:, :H], rz[:, H:]
    g = np.tanh(x @ Wx[:, 2 * H :] + (r * prev_h) @ Wh[:, 2 * H :] + b[2 * H :])
    return z * prev_h + (1 - z) * g, (x, prev_h, Wx, Wh, r, z, g)


def gru_step_backward(dnext_h, cache):
    x, h, Wx, Wh, r, z, g = cache
    Ur, Uz, Ug = np.split(Wh, 3, axis=1)
    dz, dg = dnext_h * (h - g), dnext_h * (1 - z)
    az, ag = dz * z * (1 - z), dg * (1 - g * g)
    ds = ag @ Ug.T
    ar = ds * h * r * (1 - r)
    da = np.concatenate([ar, az, ag], axis=1)
    dh = dnext_h * z + ds * r + ar @ Ur.T + az @ Uz.T
    return da @ Wx.T, dh, x.T @ da, h.T @ da, da.sum(axis=0)
