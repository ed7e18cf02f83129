# says: z weighs the candidate and 1 - z the old state.
def gru_step_forward(x, prev_h, Wx, Wh, b):
    Wr, Wz, Wg = np.split(Wx, 3, axis=1)
    Ur, Uz, Ug = np.split(Wh, 3, axis=1)
    br, bz, bg = np.split(b, 3)
    r = expit(x @ Wr + prev_h @ Ur + br)
    z = expit(x @ Wz + prev_h @ Uz + bz)
    g = np.tanh(x @ Wg + (r * prev_h) @ Ug + bg)
    return (1 - z) * prev_h + z * g, (x, prev_h, Wx, Wh, r, z, g)
