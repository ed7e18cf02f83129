# says: The reset gate is applied after the matrix, as in PyTorch.
def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    ax, ah = x @ Wx + b, prev_h @ Wh
    r = expit(ax[:, :H] + ah[:, :H])
    z = expit(ax[:, H : 2 * H] + ah[:, H : 2 * H])
    g = np.tanh(ax[:, 2 * H :] + r * ah[:, 2 * H :])
    h = z * prev_h + (1 - z) * g
    return h, (x, prev_h, Wx, Wh, r, z, g)
