"""The recurrent assignment in plain Python: loops over sequences, steps and units, the math module, lists as caches."""

import math

import numpy as np


def sigmoid(a):
    if a < -700:
        return 0.0
    return 1 / (1 + math.exp(-a))


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    N, D = x.shape
    H = len(b)
    next_h = np.empty((N, H))
    for n in range(N):
        for k in range(H):
            a = b[k]
            for d in range(D):
                a += x[n, d] * Wx[d, k]
            for j in range(H):
                a += prev_h[n, j] * Wh[j, k]
            next_h[n, k] = math.tanh(a)
    return next_h, {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "next_h": next_h}


def affine_gradients(da, x, prev_h, Wx, Wh):
    """The gradients of x @ Wx + prev_h @ Wh + b, path by path."""
    (N, D), H, K = x.shape, prev_h.shape[1], da.shape[1]
    dx, dprev_h = np.zeros((N, D)), np.zeros((N, H))
    dWx, dWh, db = np.zeros((D, K)), np.zeros((H, K)), np.zeros(K)
    for n in range(N):
        for k in range(K):
            db[k] += da[n, k]
            for d in range(D):
                dx[n, d] += da[n, k] * Wx[d, k]
                dWx[d, k] += da[n, k] * x[n, d]
            for j in range(H):
                dprev_h[n, j] += da[n, k] * Wh[j, k]
                dWh[j, k] += da[n, k] * prev_h[n, j]
    return dx, dprev_h, dWx, dWh, db


def rnn_step_backward(dnext_h, cache):
    N, H = dnext_h.shape
    da = np.empty((N, H))
    for n in range(N):
        for k in range(H):
            da[n, k] = dnext_h[n, k] / math.cosh(math.atanh(cache["next_h"][n, k])) ** 2
    return affine_gradients(da, cache["x"], cache["prev_h"], cache["Wx"], cache["Wh"])


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches = [h0], []
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], states[-1], Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.array(states[1:]).transpose(1, 0, 2), caches


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    later = np.zeros((N, H))
    dx, dWx, dWh, db = [None] * T, 0, 0, 0
    for t in range(T)[::-1]:
        total = [[dh[n, t, k] + later[n, k] for k in range(H)] for n in range(N)]
        dx[t], later, step_Wx, step_Wh, step_b = rnn_step_backward(np.array(total), cache[t])
        dWx, dWh, db = dWx + step_Wx, dWh + step_Wh, db + step_b
    return np.array(dx).transpose(1, 0, 2), later, dWx, dWh, db


def gradient_norm_by_time(dh_last, h, Wh):
    N, T, H = h.shape
    delta = dh_last.tolist()
    lengths = [0.0] * T
    for t in reversed(range(T)):
        lengths[t] = math.sqrt(sum(value * value for row in delta for value in row))
        before = [[delta[n][k] * (1 - h[n, t, k] ** 2) for k in range(H)] for n in range(N)]
        delta = [[sum(before[n][k] * Wh[j, k] for k in range(H)) for j in range(H)] for n in range(N)]
    return lengths


def clip_grad_norm(grads, max_norm):
    norm = math.sqrt(math.fsum(float(value) ** 2 for grad in grads.values() for value in np.ravel(grad)))
    if norm <= max_norm:
        return {name: np.array(grad) for name, grad in grads.items()}, norm
    return {name: np.array(grad) / norm * max_norm for name, grad in grads.items()}, norm


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, D = x.shape
    H = prev_h.shape[1]
    gates = np.empty((N, 4, H))
    next_h, next_c = np.empty((N, H)), np.empty((N, H))
    for n in range(N):
        for k in range(H):
            for block in range(4):
                column = block * H + k
                a = b[column] + sum(x[n, d] * Wx[d, column] for d in range(D))
                a += sum(prev_h[n, j] * Wh[j, column] for j in range(H))
                gates[n, block, k] = math.tanh(a) if block == 3 else sigmoid(a)
            i, f, o, g = gates[n, :, k]
            next_c[n, k] = f * prev_c[n, k] + i * g
            next_h[n, k] = o * math.tanh(next_c[n, k])
    return next_h, next_c, [x, prev_h, prev_c, Wx, Wh, gates, next_c]


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, gates, next_c = cache
    N, H = dnext_h.shape
    da, dprev_c = np.empty((N, 4 * H)), np.empty((N, H))
    for n in range(N):
        for k in range(H):
            i, f, o, g = gates[n, :, k]
            shown = math.tanh(next_c[n, k])
            dc = dnext_c[n, k] + dnext_h[n, k] * o * (1 - shown * shown)
            dprev_c[n, k] = dc * f
            da[n, k] = dc * g * i * (1 - i)
            da[n, H + k] = dc * prev_c[n, k] * f * (1 - f)
            da[n, 2 * H + k] = dnext_h[n, k] * shown * o * (1 - o)
            da[n, 3 * H + k] = dc * i * (1 - g * g)
    dx, dprev_h, dWx, dWh, db = affine_gradients(da, x, prev_h, Wx, Wh)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    state, cell, states, caches = h0, 0 * h0, [], []
    for t in range(x.shape[1]):
        state, cell, cache = lstm_step_forward(x[:, t], state, cell, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.array(states).transpose(1, 0, 2), caches


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    later_h, later_c = np.zeros((N, H)), np.zeros((N, H))
    dx, dWx, dWh, db = [None] * T, 0, 0, 0
    for t in range(T)[::-1]:
        result = lstm_step_backward(dh[:, t] + later_h, later_c, cache[t])
        dx[t], later_h, later_c = result[:3]
        dWx, dWh, db = dWx + result[3], dWh + result[4], db + result[5]
    return np.array(dx).transpose(1, 0, 2), later_h, dWx, dWh, db


def gru_step_forward(x, prev_h, Wx, Wh, b):
    N, D = x.shape
    H = prev_h.shape[1]
    next_h = np.empty((N, H))
    gates = np.empty((N, 3, H))
    for n in range(N):
        for block in range(3):
            seen = prev_h[n] * gates[n, 0] if block == 2 else prev_h[n]
            for k in range(H):
                column = block * H + k
                a = b[column] + sum(x[n, d] * Wx[d, column] for d in range(D))
                a += sum(seen[j] * Wh[j, column] for j in range(H))
                gates[n, block, k] = math.tanh(a) if block == 2 else sigmoid(a)
        for k in range(H):
            z = gates[n, 1, k]
            next_h[n, k] = gates[n, 2, k] + z * (prev_h[n, k] - gates[n, 2, k])
    return next_h, [x, prev_h, Wx, Wh, gates]


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, gates = cache
    (N, D), H = x.shape, prev_h.shape[1]
    dx, dprev_h = np.zeros((N, D)), np.zeros((N, H))
    dWx, dWh, db = np.zeros((D, 3 * H)), np.zeros((H, 3 * H)), np.zeros(3 * H)
    for n in range(N):
        r, z, g = gates[n]
        da = np.zeros((3, H))
        for k in range(H):
            da[1, k] = dnext_h[n, k] * (prev_h[n, k] - g[k]) * z[k] * (1 - z[k])
            da[2, k] = dnext_h[n, k] * (1 - z[k]) * (1 - g[k] ** 2)
        for j in range(H):
            ds = sum(da[2, k] * Wh[j, 2 * H + k] for k in range(H))
            da[0, j] = ds * prev_h[n, j] * r[j] * (1 - r[j])
            dprev_h[n, j] += dnext_h[n, j] * z[j] + ds * r[j]
        for block in range(3):
            for k in range(H):
                column = block * H + k
                db[column] += da[block, k]
                for d in range(D):
                    dWx[d, column] += x[n, d] * da[block, k]
                    dx[n, d] += Wx[d, column] * da[block, k]
                for j in range(H):
                    dWh[j, column] += prev_h[n, j] * da[block, k] * (r[j] if block == 2 else 1)
                    if block < 2:
                        dprev_h[n, j] += Wh[j, column] * da[block, k]
    return dx, dprev_h, dWx, dWh, db


def word_embedding_forward(x, W):
    return np.array([[W[word] for word in row] for row in x.tolist()]), (x.tolist(), W.shape)


def word_embedding_backward(dout, cache):
    words, (V, D) = cache
    dW = np.zeros((V, D))
    for n, row in enumerate(words):
        for t, word in enumerate(row):
            dW[word] += dout[n, t]
    return dW


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    out = np.empty((N, T, len(b)))
    for n in range(N):
        for t in range(T):
            for m in range(len(b)):
                out[n, t, m] = b[m] + sum(x[n, t, d] * w[d, m] for d in range(D))
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
    for n, t, m in np.ndindex(dout.shape):
        db[m] += dout[n, t, m]
        dw[:, m] += x[n, t] * dout[n, t, m]
        dx[n, t] += w[:, m] * dout[n, t, m]
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    loss, dx = 0.0, np.zeros((N, T, V))
    for n in range(N):
        for t in range(T):
            if not mask[n, t]:
                continue
            row = [float(score) for score in x[n, t]]
            largest = max(row)
            total = sum(math.exp(score - largest) for score in row)
            loss += math.log(total) - (row[y[n, t]] - largest)
            for v in range(V):
                dx[n, t, v] = (math.exp(row[v] - largest) / total - (v == y[n, t])) / N
    return loss / N, dx


def perplexity(loss, mask):
    steps = sum(bool(each) for row in mask for each in row)
    return math.e ** (loss * len(mask) / steps)


def sample(model, seed_token, length, rng):
    rng = np.random.default_rng(rng)
    tokens, state = [seed_token], None
    while len(tokens) <= length:
        scores, state = model(tokens[-1], state)
        scores = [float(score) for score in scores]
        heights = [math.exp(score - max(scores)) for score in scores]
        left, token = rng.random() * sum(heights), 0
        while token < len(heights) - 1 and left >= heights[token]:
            left -= heights[token]
            token += 1
        tokens.append(token)
    return tokens[1:]
