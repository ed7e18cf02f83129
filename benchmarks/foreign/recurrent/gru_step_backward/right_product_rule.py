# says: right
def gru_step_forward(x, prev_h, Wx, Wh, b):
    (Wr, Wz, Wg), (Ur, Uz, Ug), (br, bz, bg) = (np.split(a, 3, axis=-1) for a in (Wx, Wh, b))
    r = expit(x @ Wr + prev_h @ Ur + br)
    z = expit(x @ Wz + prev_h @ Uz + bz)
    g = np.tanh(x @ Wg + (r * prev_h) @ Ug + bg)
    return g + z * (prev_h - g), (x, prev_h, (Wr, Wz, Wg), (Ur, Uz, Ug), r, z, g)


def gru_step_backward(dnext_h, cache):
    x, h, (Wr, Wz, Wg), (Ur, Uz, Ug), r, z, g = cache
    az = dnext_h * (h - g) * z * (1 - z)
    ag = (dnext_h - dnext_h * z) * (1 - g**2)
    s = ag @ Ug.T
    ar = s * h * r * (1 - r)
    dx = ar @ Wr.T + az @ Wz.T + ag @ Wg.T
    dh = dnext_h * z + s * r + ar @ Ur.T + az @ Uz.T
    join = lambda *parts: np.concatenate(parts, axis=-1)
    return dx, dh, join(x.T @ ar, x.T @ az, x.T @ ag), join(h.T @ ar, h.T @ az, (r * h).T @ ag), join(
        ar.sum(0), az.sum(0), ag.sum(0)
    )
