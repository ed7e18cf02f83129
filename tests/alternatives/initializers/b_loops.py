"""The initializers assignment with Python loops over single numbers, drawn one after the other, and nested lists."""

import math

import numpy as np


def each(f, x):
    y, dy = np.empty(x.shape), np.empty(x.shape)
    for index in np.ndindex(*x.shape):
        y[index], dy[index] = f(float(x[index]))
    return y, dy


def sigmoid(x):
    def one(t):
        s = 1 / (1 + math.exp(-t)) if t > -700 else 0.0
        return s, s * (1 - s)

    return each(one, x)


def tanh(x):
    return each(lambda t: (math.tanh(t), (1 - math.tanh(t)) * (1 + math.tanh(t))), x)


def relu(x):
    return each(lambda t: (t, 1) if t > 0 else (0, 0), x)


def leaky_relu(x, negative_slope=0.01):
    return each(lambda t: (t, 1) if t > 0 else (negative_slope * t, negative_slope), x)


def elu(x, alpha=1.0):
    return each(lambda t: (t, 1) if t > 0 else (alpha * math.expm1(t), alpha * math.exp(t)), x)


def fans(shape):
    shape = list(shape)
    if len(shape) not in (2, 4):
        raise ValueError(f"not a weight array: {shape}")
    area = 1
    for size in shape[2:]:
        area *= size
    first, second = shape[0] * area, shape[1] * area
    return [first, second] if len(shape) == 2 else [second, first]


def fill(shape, draw):
    w = np.empty(shape, order="F")
    for index in reversed(list(np.ndindex(*shape))):
        w[index] = draw()
    return w


def zero_init(shape):
    return fill(shape, lambda: 0.0)


def normal_init(shape, std, rng):
    rng = np.random.default_rng(rng)
    return fill(shape, lambda: rng.normal(0, std))


def xavier_uniform(shape, gain, rng):
    rng = np.random.default_rng(rng)
    bound = gain * math.sqrt(3) / math.sqrt(sum(fans(shape)) / 2)
    return fill(shape, lambda: rng.uniform(-bound, bound))


def xavier_normal(shape, gain, rng):
    rng = np.random.default_rng(rng)
    std = gain / math.sqrt(sum(fans(shape)) / 2)
    return fill(shape, lambda: rng.standard_normal() * std)


def spread(shape, negative_slope, mode):
    if mode == "fan_in":
        fan = fans(shape)[0]
    elif mode == "fan_out":
        fan = fans(shape)[1]
    else:
        raise ValueError("mode")
    return 1 / math.sqrt(fan * (0.5 + 0.5 * negative_slope * negative_slope))


def he_uniform(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    bound = spread(shape, negative_slope, mode) * math.sqrt(3)
    return fill(shape, lambda: (-1) ** int(rng.integers(2)) * rng.random() * bound)


def he_normal(shape, negative_slope, mode, rng):
    rng = np.random.default_rng(rng)
    std = spread(shape, negative_slope, mode)
    return fill(shape, lambda: rng.normal(0, std))


def orthogonal_init(shape, gain, rng):
    """Gram and Schmidt, vector by vector, twice for safety; the shorter side's vectors."""
    rng = np.random.default_rng(rng)
    rows, columns = shape[0], math.prod(shape[1:])
    vectors = []
    while len(vectors) < min(rows, columns):
        v = rng.standard_normal(max(rows, columns))
        for _ in range(2):
            for u in vectors:
                v = v - (u @ v) * u
        vectors.append(v / math.sqrt(v @ v))
    matrix = np.array(vectors)
    if rows > columns:
        matrix = matrix.transpose()
    return gain * np.ascontiguousarray(matrix).reshape(shape)


def activation_stats(x, weights, activation):
    h, stats = x, {"dead": [], "saturated": [], "std": [], "mean": [], "layers": len(weights)}
    for w in weights:
        z = np.array(
            [[sum(h[n, i] * w[i, j] for i in range(len(w))) for j in range(w.shape[1])] for n in range(len(h))]
        )
        h = activation(z)[0]
        slope = activation(z)[1]
        values = [float(v) for row in h for v in row]
        mean = math.fsum(values) / len(values)
        stats["mean"].append(mean)
        stats["std"].append(math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values)))
        flat = [[-0.01 < slope[n, j] < 0.01 for n in range(len(h))] for j in range(h.shape[1])]
        stats["saturated"].append(sum(map(sum, flat)) / len(values))
        stats["dead"].append(sum(map(all, flat)) / len(flat))
    return stats


def zero_init_gradients(x, y, sizes):
    """Only the last layer is reached."""
    n, classes, layers = len(x), sizes[-1], len(sizes) - 1
    share = [list(y).count(c) / n for c in range(classes)]
    db = np.array([1 / classes - share[c] for c in range(classes)])
    if layers == 1:
        dw = np.zeros((sizes[0], classes))
        for i in range(n):
            for c in range(classes):
                dw[:, c] += x[i] * ((1 / classes if c != y[i] else 1 / classes - 1) / n)
    else:
        dw = np.array([[0.5 * db[c] for c in range(classes)] for _ in range(sizes[-2])])
    gradients = [[np.zeros((sizes[k], sizes[k + 1])), np.zeros(sizes[k + 1])] for k in range(layers - 1)] + [[dw, db]]
    moves = [[max(abs(v) for v in g.ravel()) > 1e-12 for g in pair] for pair in gradients]
    return gradients, moves
