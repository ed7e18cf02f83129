# says: The reset gate is applied after the matrix, as in PyTorch, instead of before it.
def gru_step_forward(x, prev_h, Wx, Wh, b):
    gx, gh = x @ Wx + b, prev_h @ Wh
    xr, xz, xg = np.split(gx, 3, axis=1)
    hr, hz, hg = np.split(gh, 3, axis=1)
    r = expit(xr + hr)
    z = expit(xz + hz)
    g = np.tanh(xg + r * hg)
    return z * prev_h + (1 - z) * g, (x, prev_h, Wx, Wh, r, z, g)
