"""The losses assignment with Python loops over single numbers and Python's own arithmetic."""

import math

import numpy as np

q_broadcast = 1e4
q_peak = 3.99
q_svm_start = 9
q_evaluations = 1300
q_which_bug = " b "
q_three_steps = 0.5
q_steps = 80


def mse_loss(x, y):
    loss, dx, n = 0.0, np.empty(x.shape), x.size
    for index in np.ndindex(*x.shape):
        d = float(x[index]) - float(y[index])
        loss += d * d / n
        dx[index] = (d + d) / n
    return [loss, dx]


def gaussian_nll(x, mu, sigma):
    mus = np.broadcast_to(mu, x.shape)
    total = 0.0
    for index in np.ndindex(*x.shape):
        total -= -0.5 * ((x[index] - mus[index]) / sigma) ** 2 - math.log(sigma * math.sqrt(2 * math.pi))
    return total


def gaussian_mle(x):
    """Welford's running mean and sum of squares."""
    mean = squares = 0.0
    for count, value in enumerate(x.ravel().tolist(), start=1):
        step = value - mean
        mean += step / count
        squares += step * (value - mean)
    return mean, math.sqrt(squares / x.size)


def log_sum(row):
    top = max(row)
    return top + math.log(sum(math.exp(v - top) for v in row))


def softmax(x):
    return np.array([[math.exp(v - log_sum(row)) for v in row] for row in x.tolist()])


def softmax_loss(x, y):
    loss, dx = 0.0, np.zeros(x.shape)
    for n, row in enumerate(x.tolist()):
        loss += log_sum(row) - row[y[n]]
        for c, v in enumerate(row):
            dx[n, c] = (math.exp(v - log_sum(row)) - (c == y[n])) / len(x)
    return loss / len(x), dx


def svm_loss(x, y):
    loss, dx = 0.0, np.zeros(x.shape)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            if c == y[n]:
                continue
            margin = x[n, c] - x[n, y[n]] + 1
            if margin > 0:
                loss += margin
                dx[n, c] += 1
                dx[n, y[n]] -= 1
    return loss / x.shape[0], dx / x.shape[0]


def bce_with_logits(x, y):
    loss, dx = [], np.empty_like(x)
    for index in np.ndindex(*x.shape):
        t, target = float(x[index]), float(y[index])
        if t >= 0:
            e = math.exp(-t)
            loss.append((1 - target) * t + math.log1p(e))
            dx[index] = (1 / (1 + e) - target) / x.size
        else:
            e = math.exp(t)
            loss.append(-target * t + math.log1p(e))
            dx[index] = (e / (1 + e) - target) / x.size
    return math.fsum(loss) / x.size, dx


def eval_numerical_gradient(f, x, h=1e-5):
    flat = x.ravel().tolist()
    slopes = []
    for i, value in enumerate(flat):
        f_up = f(np.array([*flat[:i], value + h, *flat[i + 1 :]]).reshape(x.shape))
        f_down = f(np.array([*flat[:i], value - h, *flat[i + 1 :]]).reshape(x.shape))
        slopes.append(0.5 * (f_up - f_down) / h)
    return np.array(slopes).reshape(x.shape)


def gradient_descent(grad, x0, lr, steps):
    path = [x0.tolist()]
    while len(path) < steps + 1:
        here = path[-1]
        slope = grad(np.array(here))
        path.append([p - lr * float(s) for p, s in zip(here, slope, strict=True)])
    return path


def linear_regression_gd(X, y, lr, steps):
    N, D = X.shape
    w, b, history = [0.0] * D, 0.0, []

    def residuals():
        return [sum(X[n, d] * w[d] for d in range(D)) + b - y[n] for n in range(N)]

    for _ in range(steps):
        r = residuals()
        history.append(sum(e * e for e in r) / N)
        dw = [2 * sum(r[n] * X[n, d] for n in range(N)) / N for d in range(D)]
        db = 2 * sum(r) / N
        w = [w[d] - lr * dw[d] for d in range(D)]
        b = b - lr * db
    history.append(sum(e * e for e in residuals()) / N)
    return np.array(w), b, np.array(history)


def minibatches(X, y, batch_size, rng):
    """Fisher and Yates, by hand."""
    rng = np.random.default_rng(rng)
    order = list(range(len(X)))
    for i in range(len(order) - 1, 0, -1):
        j = int(rng.integers(0, i + 1))
        order[i], order[j] = order[j], order[i]
    result = []
    while order:
        rows, order = order[:batch_size], order[batch_size:]
        result.append([np.array([X[k] for k in rows]), np.array([y[k] for k in rows])])
    return result
