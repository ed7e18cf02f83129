# says: The blocks are read in the order z, r, g.
def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    gates = expit(x @ Wx[:, : 2 * H] + prev_h @ Wh[:, : 2 * H] + b[: 2 * H])
    z, r = gates[:, :H], gates[:, H:]
    g = np.tanh(x @ Wx[:, 2 * H :] + (r * prev_h) @ Wh[:, 2 * H :] + b[2 * H :])
    return z * prev_h + (1 - z) * g, (x, prev_h, Wx, Wh, r, z, g)
