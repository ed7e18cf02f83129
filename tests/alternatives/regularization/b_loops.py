"""The regularization assignment with Python loops over single numbers, nested lists, and ints for bools in masks."""

import math
import random

import numpy as np


def l2_penalty(weights, reg):
    squares = math.fsum(float(entry) ** 2 for w in weights for entry in w.flat)
    gradients = tuple(np.array([reg * entry for entry in w.flat]).reshape(w.shape) for w in weights)
    return np.float64(reg * squares / 2), gradients


def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    p = dropout_param["p"]
    match dropout_param["mode"]:
        case "test":
            return x, None
        case "train":
            out, mask = np.zeros(x.shape), np.zeros(x.shape, dtype=int)
            for index in np.ndindex(*x.shape):
                if rng.random() >= 1 - p:
                    out[index] = x[index] / p
                    mask[index] = 1
            return [out, {"mask": mask, "p": p}]
    raise ValueError(dropout_param["mode"])


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    dx = dout.copy()
    dx[cache["mask"] == 0] = 0
    return dx / cache["p"]


def _column(values, eps):
    n = len(values)
    mean = math.fsum(values) / n
    var = math.fsum((v - mean) ** 2 for v in values) / n
    return mean, var, [(v - mean) / math.sqrt(var + eps) for v in values]


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    n, d = x.shape
    old_mean, old_var = bn_param.get("running_mean", [0.0] * d), bn_param.get("running_var", [0.0] * d)
    if mode not in ("train", "test"):
        raise ValueError(mode)
    out, x_hat, variances, means = np.empty((n, d)), np.empty((n, d)), [], []
    for j in range(d):
        if mode == "train":
            mean, var, standard = _column(x[:, j].tolist(), eps)
        else:
            mean, var = old_mean[j], old_var[j]
            standard = [(v - mean) / math.sqrt(var + eps) for v in x[:, j].tolist()]
        means.append(mean)
        variances.append(var)
        for i in range(n):
            x_hat[i, j] = standard[i]
            out[i, j] = gamma[j] * standard[i] + beta[j]
    if mode == "train":
        bn_param["running_mean"] = [momentum * a + (1 - momentum) * b for a, b in zip(old_mean, means, strict=True)]
        bn_param["running_var"] = [momentum * a + (1 - momentum) * b for a, b in zip(old_var, variances, strict=True)]
    return out, (x_hat, gamma, [v + eps for v in variances])


def batchnorm_backward(dout, cache):
    """With the whole Jacobian of each column: d x_hat_i / d x_j = (delta_ij - 1/n - x_hat_i x_hat_j / n) / std."""
    x_hat, gamma, var = cache
    n, d = dout.shape
    dx, dgamma, dbeta = np.zeros((n, d)), [0.0] * d, [0.0] * d
    for k in range(d):
        for i in range(n):
            dgamma[k] += dout[i, k] * x_hat[i, k]
            dbeta[k] += dout[i, k]
            for j in range(n):
                slope = ((i == j) - 1 / n - x_hat[i, k] * x_hat[j, k] / n) / math.sqrt(var[k])
                dx[j, k] += dout[i, k] * gamma[k] * slope
    return [dx, np.array(dgamma), np.array(dbeta)]


def batchnorm_backward_alt(dout, cache):
    x_hat, gamma, var = cache
    n, d = dout.shape
    dx = np.empty((n, d))
    for k in range(d):
        total, along = sum(dout[:, k]), sum(dout[i, k] * x_hat[i, k] for i in range(n))
        for i in range(n):
            dx[i, k] = gamma[k] / math.sqrt(var[k]) * (dout[i, k] - total / n - x_hat[i, k] * along / n)
    return dx, np.sum(dout * x_hat, 0), np.sum(dout, 0)


def layernorm_forward(x, gamma, beta, ln_param):
    rows = [_column(row, ln_param.get("eps", 1e-5)) for row in x.tolist()]
    out = [[g * v + b for g, v, b in zip(gamma, row, beta, strict=True)] for _, _, row in rows]
    return np.array(out), (rows, gamma, ln_param.get("eps", 1e-5))


def layernorm_backward(dout, cache):
    rows, gamma, eps = cache
    dx, dgamma, dbeta = np.zeros(dout.shape), np.zeros(dout.shape[1]), np.zeros(dout.shape[1])
    for n, (_, var, row) in enumerate(rows):
        d = len(row)
        g = [u * v for u, v in zip(dout[n], gamma, strict=True)]
        total, along = sum(g), sum(u * v for u, v in zip(g, row, strict=True))
        for j in range(d):
            dx[n, j] = (g[j] - total / d - row[j] * along / d) / math.sqrt(var + eps)
            dgamma[j] += dout[n, j] * row[j]
            dbeta[j] += dout[n, j]
    return dx, dgamma, dbeta


class EarlyStopping:
    """Keeps the whole history and looks through it each time."""

    def __init__(self, patience, min_delta=0):
        self.patience, self.min_delta, self.history = patience, min_delta, []
        self.best_loss, self.best_epoch, self.best_params = math.inf, None, None

    def step(self, loss, params):
        self.history.append(loss)
        best, where = math.inf, -1
        for epoch, old in enumerate(self.history):
            if best - old > self.min_delta:
                best, where = old, epoch
        if where == len(self.history) - 1:
            self.best_loss, self.best_epoch = float(loss), where
            self.best_params = {name: np.array(value) for name, value in params.items()}
        return len(self.history) - 1 - where >= self.patience


def kfold_indices(n, k, rng):
    rng = np.random.default_rng(rng)
    if not 1 < k <= n:
        raise ValueError(k)
    left, folds = list(range(n)), [[] for _ in range(k)]
    number = 0
    while left:
        folds[number % k].append(left.pop(int(rng.integers(len(left)))))
        number += 1
    return tuple((sorted(set(range(n)) - set(fold)), fold) for fold in folds)


def bias_variance(predictions, target):
    m, n = predictions.shape
    bias = variance = 0.0
    for j in range(n):
        mean = sum(predictions[i, j] for i in range(m)) / m
        bias += (mean - target[j]) ** 2 / n
        variance += sum((predictions[i, j] - mean) ** 2 for i in range(m)) / m / n
    return bias, variance


def bootstrap_indices(n, rng):
    rng = np.random.default_rng(rng)
    return [int(rng.random() * n) for _ in range(n)]


def bagging_predict(models, X):
    total = None
    for model in models:
        prediction = np.asarray(model(X), dtype=float)
        total = prediction if total is None else total + prediction
    return total / len(models)


def random_search(space, n, rng):
    rng = np.random.default_rng(rng)
    dice = random.Random(int(rng.integers(2**32)))
    names = list(space)
    return [{name: math.exp(dice.uniform(*map(math.log, space[name]))) for name in names} for _ in range(n)]


def standardize(train, test):
    new_train, new_test = np.empty(train.shape), np.empty(test.shape)
    for j in range(train.shape[1]):
        column = train[:, j].tolist()
        mean = sum(column) / len(column)
        std = math.sqrt(sum((v - mean) ** 2 for v in column) / len(column)) or 1.0
        new_train[:, j] = [(v - mean) / std for v in column]
        new_test[:, j] = [(v - mean) / std for v in test[:, j].tolist()]
    return new_train, new_test
