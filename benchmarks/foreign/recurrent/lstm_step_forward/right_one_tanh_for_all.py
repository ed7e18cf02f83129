# says: right
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    half = np.repeat([0.5, 1.0], [3 * H, H])
    squashed = np.tanh(half * a) * half + (1 - half)
    i, f, o, g = np.moveaxis(squashed.reshape(len(x), 4, H), 1, 0)
    next_c = f * prev_c + i * g
    return o * np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, squashed, next_c)
