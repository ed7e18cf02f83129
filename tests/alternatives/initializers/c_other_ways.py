"""The initializers assignment by other roads: scipy, tanh for sigmoid, Box and Muller, polar factors, sums of ranks."""

import itertools
import math

import numpy as np
from scipy import linalg, special


def sigmoid(x):
    t = np.tanh(0.5 * x)
    return 0.5 * (1 + t), 0.25 * (1 - t) * (1 + t)


def tanh(x):
    s = special.expit(2 * x)
    return 2 * s - 1, 4 * s * special.expit(-2 * x)


def relu(x):
    return 0.5 * (x + abs(x)), x > 0


def leaky_relu(x, negative_slope=0.01):
    steps = np.heaviside(x, 0.0)
    return x * (steps + negative_slope * (1 - steps)), steps + negative_slope * (1 - steps)


def elu(x, alpha=1.0):
    low, high = np.clip(x, None, 0), np.clip(x, 0, None)
    return high + alpha * special.expm1(low), np.where(x > 0, 1, alpha * np.exp(low))


def fans(shape):
    match tuple(shape):
        case (d_in, d_out):
            return int(d_in), int(d_out)
        case (f, c, *kernel) if len(kernel) == 2:
            return np.int64(c * math.prod(kernel)), np.int64(f * math.prod(kernel))
    raise ValueError(shape)


def zero_init(shape):
    return np.full(shape, 0.0)


def _box_muller(shape, rng):
    size = math.prod(shape)
    radius = np.sqrt(-2 * np.log1p(-rng.random(size)))
    return (radius * np.cos(2 * np.pi * rng.random(size))).reshape(shape)


def normal_init(shape, std, rng):
    rng = np.random.default_rng(rng)
    return std * _box_muller(shape, rng)


def xavier_uniform(shape, gain, rng):
    rng = np.random.default_rng(rng)
    bound = gain * math.sqrt(6 / sum(fans(shape)))
    return bound * np.sin(np.arcsin(rng.uniform(-1, 1, shape).astype(np.float32)))


def xavier_normal(shape, gain, rng):
    rng = np.random.default_rng(rng)
    return special.ndtri(rng.uniform(1e-300, 1, shape)) * gain * math.sqrt(2 / sum(fans(shape)))


def _fan(shape, mode):
    return fans(shape)[("fan_in", "fan_out").index(mode)]  # index raises ValueError


def he_uniform(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    b = math.sqrt(6 / (1 + negative_slope**2) / _fan(shape, mode))
    return rng.random(shape[::-1]).T * 2 * b - b


def he_normal(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    gain = math.sqrt(2 / (1 + negative_slope * negative_slope))
    return rng.normal(0, gain / math.sqrt(_fan(shape, mode)), shape[::-1]).T


def orthogonal_init(shape, gain, rng):
    rng = np.random.default_rng(rng)
    w = rng.standard_normal((shape[0], math.prod(shape[1:])))
    u, _, vt = linalg.svd(w, full_matrices=False)
    return gain * (u @ vt).reshape(shape)


def activation_stats(x, weights, activation):
    values, slopes = [], []
    for w in weights:
        value, slope = activation(np.tensordot(values[-1] if values else x, w, axes=1))
        values.append(value)
        slopes.append(abs(slope))
    return {
        "mean": np.array([np.average(v) for v in values]),
        "std": np.array([np.linalg.norm(v - v.mean()) / math.sqrt(v.size) for v in values]),
        "saturated": [np.count_nonzero(s < 0.01) / s.size for s in slopes],
        "dead": [np.mean(s.max(axis=0) < 0.01) for s in slopes],
    }


def zero_init_gradients(x, y, sizes):
    *_, below, classes = sizes
    residual = (np.full(classes, 1 / classes) - np.eye(classes)[y]) / len(y)
    h = x if len(sizes) == 2 else special.expit(np.zeros((len(y), below)))
    grads = [(np.zeros(pair), np.zeros(pair[1])) for pair in itertools.pairwise(sizes)][:-1]
    grads += [(np.einsum("ni,nc->ic", h, residual), np.einsum("nc->c", residual))]
    return tuple(grads), np.array([[abs(g).max() > 1e-12 for g in pair] for pair in grads])
