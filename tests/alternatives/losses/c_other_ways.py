"""The losses assignment by other roads: scipy, one-hot matrices, logaddexp, one matrix for weights and bias."""

import numpy as np
from scipy import linalg, special

q_broadcast = 10_000
q_peak = np.float64(3.9894)
q_svm_start = 9
q_evaluations = 1300.0
q_which_bug = "b"
q_three_steps = np.array(0.5)
q_steps = 80


def mse_loss(x, y):
    d = np.subtract(x, y)
    return np.vdot(d, d) / d.size, d / (0.5 * d.size)


def gaussian_nll(x, mu, sigma):
    z = np.asarray(x - mu) / sigma
    return np.array(-np.sum(-0.5 * np.square(z) - np.log(sigma) - special.gammaln(0.5) - 0.5 * np.log(2)))


def gaussian_mle(x):
    mu = float(np.sum(x)) / x.size
    return [mu, linalg.norm((x - mu).ravel()) / np.sqrt(x.size)]


def softmax(x):
    return np.exp(x - np.logaddexp.reduce(x, axis=1, keepdims=True))


def softmax_loss(x, y):
    target = np.eye(x.shape[1])[y]
    loss = np.mean(np.logaddexp.reduce(x, axis=1) - np.einsum("nc,nc->n", x, target))
    return loss, (softmax(x) - target) / x.shape[0]


def svm_loss(x, y):
    """The right class, too, has a term, which is always 1: it is subtracted afterwards."""
    N, C = x.shape
    target = (np.arange(C) == y[:, None]).astype(x.dtype)
    margins = np.clip(x - np.take_along_axis(x, y[:, None], axis=1) + (1 - target), 0, None)
    active = np.where(margins > 0, 1.0, 0.0) * (1 - target)
    active -= target * active.sum(axis=1, keepdims=True)
    return np.sum(margins) / N, np.divide(active, N, out=active)


def bce_with_logits(x, y):
    loss = np.mean(y * np.logaddexp(0, -x) + (1 - y) * np.logaddexp(0, x))
    return loss, 1 / x.size * (0.5 + 0.5 * np.tanh(0.5 * x) - y)


def eval_numerical_gradient(f, x, h=1e-5):
    moves = h * np.eye(x.size).reshape((x.size, *x.shape))
    return np.array([(f(x + move) - f(x - move)) / (h + h) for move in moves]).reshape(x.shape)


def gradient_descent(grad, x0, lr, steps):
    path = np.empty((steps + 1, *x0.shape))
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * np.asarray(grad(path[t]))
    return path


def linear_regression_gd(X, y, lr, steps):
    """A column of ones carries the bias; the curvature and the pull are computed once."""
    N = len(y)
    design = np.hstack([X, np.ones((N, 1))])
    H, pull, constant = design.T @ design * (2 / N), design.T @ y * (2 / N), y @ y / N
    theta = np.zeros(design.shape[1])
    history = []
    for t in range(steps + 1):
        if t:
            theta += lr * (pull - H @ theta)
        history.append(0.5 * theta @ H @ theta - pull @ theta + constant)
    return theta[:-1].copy(), theta[-1], tuple(history)


def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    order = np.argsort(rng.random(len(y)))
    return list(
        zip(
            np.split(X[order], np.arange(batch_size, len(X), batch_size)),
            np.split(y[order], np.arange(batch_size, len(X), batch_size)),
            strict=True,
        )
    )
