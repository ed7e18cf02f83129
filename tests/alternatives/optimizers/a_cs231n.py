"""The optimizers in the style of CS231n's assignment 2: setdefault, += and -= on w, results stored in config."""

import math

import numpy as np


def sgd(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)

    w -= config["learning_rate"] * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))

    next_w = None
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v
    config["velocity"] = v

    return next_w, config


def nesterov(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))

    mu = config["momentum"]
    v_prev = v
    v = mu * v - config["learning_rate"] * dw
    w += -mu * v_prev + (1 + mu) * v
    config["velocity"] = v

    return w, config


def adagrad(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))

    config["cache"] += dw**2
    next_w = w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])

    return next_w, config


def rmsprop(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))

    next_w = None
    learning_rate, decay_rate = config["learning_rate"], config["decay_rate"]
    config["cache"] = decay_rate * config["cache"] + (1 - decay_rate) * dw * dw
    next_w = w - learning_rate * dw / (np.sqrt(config["cache"]) + config["epsilon"])

    return next_w, config


def adadelta(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1.0)
    config.setdefault("decay_rate", 0.95)
    config.setdefault("epsilon", 1e-6)
    config.setdefault("cache", np.zeros_like(w))
    config.setdefault("delta_cache", np.zeros_like(w))

    rho, eps = config["decay_rate"], config["epsilon"]
    config["cache"] = rho * config["cache"] + (1 - rho) * dw**2
    update = np.sqrt((config["delta_cache"] + eps) / (config["cache"] + eps)) * dw
    config["delta_cache"] = rho * config["delta_cache"] + (1 - rho) * update**2
    w -= config["learning_rate"] * update

    return w, config


def adam(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)

    next_w = None
    config["t"] += 1
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * (dw**2)
    mb = config["m"] / (1 - config["beta1"] ** config["t"])
    vb = config["v"] / (1 - config["beta2"] ** config["t"])
    next_w = w - config["learning_rate"] * mb / (np.sqrt(vb) + config["epsilon"])

    return next_w, config


def adamax(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("u", np.zeros_like(w))
    config.setdefault("t", 0)

    config["t"] += 1
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["u"] = np.maximum(config["beta2"] * config["u"], np.abs(dw))
    mb = config["m"] / (1 - config["beta1"] ** config["t"])
    w -= config["learning_rate"] * mb / (config["u"] + config["epsilon"])

    return w, config


def nadam(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 2e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)

    config["t"] += 1
    b1, b2, t = config["beta1"], config["beta2"], config["t"]
    config["m"] = b1 * config["m"] + (1 - b1) * dw
    config["v"] = b2 * config["v"] + (1 - b2) * (dw**2)
    m_bar = b1 * config["m"] / (1 - b1 ** (t + 1)) + (1 - b1) * dw / (1 - b1**t)
    vb = config["v"] / (1 - b2**t)
    next_w = w - config["learning_rate"] * m_bar / (np.sqrt(vb) + config["epsilon"])

    return next_w, config


def adamw(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("weight_decay", 1e-2)

    decay = config["learning_rate"] * config["weight_decay"] * w
    next_w, config = adam(w, dw, config)
    return next_w - decay, config


def step_decay(t, lr0, drop, every):
    lr = lr0
    for _ in range(t // every):
        lr *= drop
    return lr


def exponential_decay(t, lr0, k):
    return lr0 * math.exp(-k * t)


def cosine_decay(t, lr0, total, lr_min=0.0):
    if t > total:
        return lr_min
    return lr_min + (lr0 - lr_min) * (1 + math.cos(math.pi * t / total)) / 2


def warmup(t, lr0, warmup_steps):
    if t < warmup_steps:
        return lr0 * (t + 1) / warmup_steps
    return lr0


def classify_critical_point(hessian):
    w, _ = np.linalg.eigh(hessian)
    tol = 1e-8 * np.max(np.abs(w))
    pos = np.sum(w > tol)
    neg = np.sum(w < -tol)
    if pos > 0 and neg > 0:
        return "saddle"
    if pos == len(w):
        return "minimum"
    if neg == len(w):
        return "maximum"
    return "degenerate"


def escape_saddle(x, hessian, step):
    w, v = np.linalg.eigh(hessian)
    i = np.argmin(w)
    if w[i] >= -1e-8 * np.max(np.abs(w)):
        return x
    return x - step * v[:, i]
