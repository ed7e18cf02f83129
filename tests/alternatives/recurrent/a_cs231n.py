"""The recurrent assignment as a student of CS231n would write it: its layer functions, dropped in as a plain file."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h, cache = None, None
    a = prev_h.dot(Wh) + x.dot(Wx) + b
    next_h = np.tanh(a)
    cache = (x, prev_h, Wh, Wx, b, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    dx, dprev_h, dWx, dWh, db = None, None, None, None, None
    x, prev_h, Wh, Wx, _b, next_h = cache
    da = dnext_h * (1 - next_h * next_h)
    dx = da.dot(Wx.T)
    dprev_h = da.dot(Wh.T)
    dWx = x.T.dot(da)
    dWh = prev_h.T.dot(da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    h, cache = None, []
    N, T, _D = x.shape
    H = b.shape[0]
    h = np.zeros((N, T, H))
    prev_h = h0
    for t in range(T):
        h[:, t, :], cache_t = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        prev_h = h[:, t, :]
        cache.append(cache_t)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    dprev_h = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx[:, t, :], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t, :] + dprev_h, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db


def word_embedding_forward(x, W):
    out = W[x, :]
    cache = x, W
    return out, cache


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW


def sigmoid(x):
    """A sigmoid that is stable for large numbers of either sign."""
    pos_mask = x >= 0
    neg_mask = x < 0
    z = np.zeros_like(x)
    z[pos_mask] = np.exp(-x[pos_mask])
    z[neg_mask] = np.exp(x[neg_mask])
    top = np.ones_like(x)
    top[neg_mask] = z[neg_mask]
    return top / (1 + z)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    _N, H = prev_h.shape
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i = sigmoid(a[:, 0:H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H : 4 * H])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = i, f, o, g, x, Wx, Wh, b, prev_h, prev_c, next_c
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g, x, Wx, Wh, _b, prev_h, prev_c, next_c = cache
    do = dnext_h * np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - np.tanh(next_c) ** 2)
    df = dc * prev_c
    dprev_c = dc * f
    di = dc * g
    dg = dc * i
    da = np.concatenate((di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)), axis=1)
    dx = da.dot(Wx.T)
    dprev_h = da.dot(Wh.T)
    dWx = x.T.dot(da)
    dWh = prev_h.T.dot(da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    cache = {}
    N, T, _D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    prev_h, prev_c = h0, np.zeros((N, H))
    for t in range(T):
        prev_h, prev_c, cache[t] = lstm_step_forward(x[:, t, :], prev_h, prev_c, Wx, Wh, b)
        h[:, t, :] = prev_h
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][4].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t, :], dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t, :] + dprev_h, dprev_c, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    M = b.shape[0]
    out = x.reshape(N * T, D).dot(w).reshape(N, T, M) + b
    cache = x, w, b, out
    return out, cache


def temporal_affine_backward(dout, cache):
    x, w, _b, _out = cache
    N, T, D = x.shape
    M = dout.shape[2]
    dx = dout.reshape(N * T, M).dot(w.T).reshape(N, T, D)
    dw = dout.reshape(N * T, M).T.dot(x.reshape(N * T, D)).T
    db = dout.sum(axis=(0, 1))
    return dx, dw, db


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    x_flat = x.reshape(N * T, V)
    y_flat = y.reshape(N * T)
    mask_flat = mask.reshape(N * T)
    probs = np.exp(x_flat - np.max(x_flat, axis=1, keepdims=True))
    probs /= np.sum(probs, axis=1, keepdims=True)
    loss = -np.sum(mask_flat * np.log(probs[np.arange(N * T), y_flat])) / N
    dx_flat = probs.copy()
    dx_flat[np.arange(N * T), y_flat] -= 1
    dx_flat /= N
    dx_flat *= mask_flat[:, None]
    if verbose:
        print("dx_flat: ", dx_flat.shape)
    return loss, dx_flat.reshape(N, T, V)


# What CS231n does not ask for, in its style.


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx[:, : 2 * H]) + prev_h.dot(Wh[:, : 2 * H]) + b[: 2 * H]
    r, z = sigmoid(a[:, :H]), sigmoid(a[:, H:])
    g = np.tanh(x.dot(Wx[:, 2 * H :]) + (r * prev_h).dot(Wh[:, 2 * H :]) + b[2 * H :])
    next_h = z * prev_h + (1 - z) * g
    cache = x, prev_h, Wx, Wh, b, r, z, g
    return next_h, cache


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b, r, z, g = cache
    H = prev_h.shape[1]
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dz = dnext_h * (prev_h - g)
    dprev_h = dnext_h * z
    dg = dnext_h * (1 - z)
    # candidate
    dag = dg * (1 - g * g)
    dx = dag.dot(Wx[:, 2 * H :].T)
    dWx[:, 2 * H :] = x.T.dot(dag)
    dWh[:, 2 * H :] = (r * prev_h).T.dot(dag)
    db[2 * H :] = dag.sum(axis=0)
    drh = dag.dot(Wh[:, 2 * H :].T)
    dr = drh * prev_h
    dprev_h += drh * r
    # gates
    for k, (dgate, gate) in enumerate([(dr, r), (dz, z)]):
        columns = slice(k * H, (k + 1) * H)
        da = dgate * gate * (1 - gate)
        dx += da.dot(Wx[:, columns].T)
        dprev_h += da.dot(Wh[:, columns].T)
        dWx[:, columns] = x.T.dot(da)
        dWh[:, columns] = prev_h.T.dot(da)
        db[columns] = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def clip_grad_norm(grads, max_norm):
    total = 0.0
    for k in grads:
        total += np.sum(grads[k] ** 2)
    norm = np.sqrt(total)
    coef = min(1.0, max_norm / (norm + 1e-6))
    clipped = {}
    for k in grads:
        clipped[k] = grads[k] * coef
    return clipped, norm


def perplexity(loss, mask):
    N = mask.shape[0]
    return np.exp(loss * N / np.sum(mask))


def gradient_norm_by_time(dh_last, h, Wh):
    _N, T, H = h.shape
    norms = np.zeros(T)
    dh = dh_last.copy()
    for t in range(T - 1, -1, -1):
        norms[t] = np.sqrt(np.sum(dh**2))
        nothing = np.zeros_like(dh)
        dh = rnn_step_backward(dh, (nothing, nothing, Wh, np.zeros((H, H)), np.zeros(H), h[:, t]))[1]
    return norms


def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    tokens = np.zeros(length, dtype=np.int32)
    token, state = seed_token, None
    for t in range(length):
        scores, state = model(token, state)
        probs = np.exp(scores - np.max(scores))
        probs /= np.sum(probs)
        token = rng.choice(probs.shape[0], p=probs)
        tokens[t] = token
    return tokens
