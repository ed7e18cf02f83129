"""The losses assignment in the style of CS231n's notes: vectorised, moving entries of x and putting them back."""

import numpy as np

q_broadcast = 100 * 100
q_peak = 1 / (np.sqrt(2 * np.pi) * 0.1)
q_svm_start = 9.0
q_evaluations = 2 * 650
q_which_bug = "B"
q_three_steps = 4 * 0.5**3
q_steps = 5 * 16


def mse_loss(x, y):
    N = np.prod(x.shape)
    diff = x - y
    loss = np.sum(diff**2) / N
    dx = (2.0 / N) * diff
    return loss, dx


def gaussian_nll(x, mu, sigma):
    return np.sum(0.5 * np.log(2 * np.pi * sigma**2) + (x - mu) ** 2 / (2 * sigma**2))


def gaussian_mle(x):
    return x.mean(), x.std()


def softmax(x):
    x = x.copy()
    x -= np.max(x, axis=1, keepdims=True)
    p = np.exp(x)
    p /= np.sum(p, axis=1, keepdims=True)
    return p


def softmax_loss(x, y):
    shifted_logits = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted_logits), axis=1, keepdims=True)
    log_probs = shifted_logits - np.log(Z)
    probs = np.exp(log_probs)
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx


def svm_loss(x, y):
    N = x.shape[0]
    correct_class_scores = x[np.arange(N), y]
    margins = np.maximum(0, x - correct_class_scores[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N
    num_pos = np.sum(margins > 0, axis=1)
    dx = np.zeros_like(x)
    dx[margins > 0] = 1
    dx[np.arange(N), y] -= num_pos
    dx /= N
    return loss, dx


def bce_with_logits(x, y):
    positive = x >= 0
    z = np.zeros_like(x)
    z[positive] = np.exp(-x[positive])
    z[~positive] = np.exp(x[~positive])
    top = np.ones_like(x)
    top[~positive] = z[~positive]
    loss = np.mean(np.maximum(x, 0) - x * y + np.log(1 + z))
    return loss, (top / (1 + z) - y) / np.size(x)


def eval_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        oldval = x[ix]
        x[ix] = oldval + h
        fxph = f(x)
        x[ix] = oldval - h
        fxmh = f(x)
        x[ix] = oldval
        grad[ix] = (fxph - fxmh) / (2 * h)
        it.iternext()
    return grad


def gradient_descent(grad, x0, lr, steps):
    x = x0.copy()
    path = [x.copy()]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x.copy())
    return np.array(path)


def linear_regression_gd(X, y, lr, steps):
    N, D = X.shape
    w = np.zeros(D)
    b = 0.0
    history = []
    for it in range(steps + 1):
        residual = X.dot(w) + b - y
        history.append(float(np.mean(residual**2)))
        if it == steps:
            break
        dw = 2.0 / N * X.T.dot(residual)
        db = 2.0 / N * np.sum(residual)
        w -= lr * dw
        b -= lr * db
    return w, b, history


def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    mask = np.arange(X.shape[0])
    rng.shuffle(mask)
    X, y = X[mask], y[mask]
    num_batches = int(np.ceil(X.shape[0] / batch_size))
    batches = []
    for i in range(num_batches):
        batches.append((X[i * batch_size : (i + 1) * batch_size], y[i * batch_size : (i + 1) * batch_size]))
    return batches
