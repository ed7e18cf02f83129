"""The initializers assignment as a student of CS231n would write it: the notes' formulas, full backprop."""

import numpy as np


def sigmoid(x):
    out = np.zeros_like(x, dtype=float)
    pos = x >= 0
    out[pos] = 1.0 / (1.0 + np.exp(-x[pos]))
    z = np.exp(x[~pos])
    out[~pos] = z / (1.0 + z)
    return out, out * (1.0 - out)


def tanh(x):
    out = np.tanh(x)
    dout = 1.0 / np.cosh(np.clip(x, -300, 300)) ** 2
    return out, dout


def relu(x):
    out = x.copy()
    out[out < 0] = 0
    dx = np.ones_like(x)
    dx[x <= 0] = 0
    return out, dx


def leaky_relu(x, negative_slope=0.01):
    out = np.array(x, copy=True)
    dx = np.ones_like(x)
    mask = x <= 0
    out[mask] *= negative_slope
    dx[mask] = negative_slope
    return [out, dx]


def elu(x, alpha=1.0):
    out, dx = x.copy(), np.ones_like(x)
    mask = x <= 0
    out[mask] = alpha * (np.exp(x[mask]) - 1)
    dx[mask] = out[mask] + alpha
    return out, dx


def fans(shape):
    if len(shape) == 2:
        fan_in, fan_out = shape
    elif len(shape) == 4:
        F, C, HH, WW = shape
        fan_in, fan_out = C * HH * WW, F * HH * WW
    else:
        raise ValueError("unknown kind of layer")
    return fan_in, fan_out


def zero_init(shape):
    return np.zeros(shape, dtype=np.float32)


def normal_init(shape, std, rng):
    rng = np.random.default_rng(rng)
    return rng.normal(0.0, std, size=shape)


def xavier_uniform(shape, gain, rng):
    rng = np.random.default_rng(rng)
    fan_in, fan_out = fans(shape)
    std = gain * np.sqrt(2.0 / (fan_in + fan_out))
    a = np.sqrt(3.0) * std
    return (2 * rng.random(shape) - 1) * a


def xavier_normal(shape, gain, rng):
    rng = np.random.default_rng(rng)
    fan_in, fan_out = fans(shape)
    return rng.normal(0.0, gain * np.sqrt(2.0 / (fan_in + fan_out)), size=shape)


def _he_std(shape, negative_slope, mode):
    modes = {"fan_in": 0, "fan_out": 1}
    if mode not in modes:
        raise ValueError(mode)
    return np.sqrt(2.0 / (1.0 + negative_slope**2)) / np.sqrt(fans(shape)[modes[mode]])


def he_uniform(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    std = _he_std(shape, negative_slope, mode)
    return rng.uniform(low=-std * np.sqrt(3), high=std * np.sqrt(3), size=shape)


def he_normal(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    return rng.normal(scale=_he_std(shape, negative_slope, mode), size=shape)


def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    rows, cols = shape[0], np.prod(shape[1:])
    flat = rng.normal(0, 1, (rows, cols))
    if rows < cols:
        flat = flat.T
    q, r = np.linalg.qr(flat)
    d = np.diag(r)
    q *= d / np.abs(d)
    if rows < cols:
        q = q.T
    return gain * q.reshape(shape)


def activation_stats(x, weights, activation):
    stats = {"mean": [], "std": [], "saturated": [], "dead": []}
    out = x
    for W in weights:
        out, grad = activation(out.dot(W))
        N, H = out.shape
        stats["mean"].append(np.mean(out))
        stats["std"].append(np.std(out))
        small = np.abs(grad) < 1e-2
        stats["saturated"].append(np.sum(small) / (N * H))
        stats["dead"].append(np.sum(np.sum(small, axis=0) == N) / H)
    return stats


def zero_init_gradients(x, y, sizes):
    num_layers = len(sizes) - 1
    params = {}
    for i in range(num_layers):
        params[f"W{i}"] = np.zeros((sizes[i], sizes[i + 1]))
        params[f"b{i}"] = np.zeros(sizes[i + 1])
    caches, out = [], x
    for i in range(num_layers):
        z = out.dot(params[f"W{i}"]) + params[f"b{i}"]
        h = 1 / (1 + np.exp(-z))
        caches.append((out, h))
        out = h
    scores = z
    shifted = scores - scores.max(axis=1, keepdims=True)
    probs = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    N = x.shape[0]
    dout = probs.copy()
    dout[np.arange(N), y] -= 1
    dout /= N
    grads = [None] * num_layers
    for i in reversed(range(num_layers)):
        below, h = caches[i]
        if i < num_layers - 1:
            dout = dout * h * (1 - h)
        grads[i] = (below.T.dot(dout), dout.sum(axis=0))
        dout = dout.dot(params[f"W{i}"].T)
    moves = [tuple(np.any(np.abs(g) > 1e-12) for g in pair) for pair in grads]
    return grads, moves
