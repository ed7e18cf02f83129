# says: z weighs the candidate and 1 - z the old state; it is the other way round.
def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    rz = expit(x @ Wx[:, :2*H] + prev_h @ Wh[:, :2*H] + b[:2*H])
    r, z = rz[:, :H], rz[:, H:]
    g = np.tanh(x @ Wx[:, 2*H:] + (r * prev_h) @ Wh[:, 2*H:] + b[2*H:])
    next_h = (1 - z) * prev_h + z * g
    return next_h, (x, prev_h, Wx, Wh, r, z, g)
