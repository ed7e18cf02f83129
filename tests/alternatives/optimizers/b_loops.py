"""The optimizers with Python loops over single numbers, configs copied, numbers where numpy would use arrays."""

import math

import numpy as np

ADAM = {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}


def start(w, config, names, **defaults):
    config = dict(config or {})
    for name, value in defaults.items():
        if name not in config:
            config[name] = value
    for name in names:
        config[name] = np.array(config[name]) if name in config else np.zeros(w.shape)
    return config, np.array(w)


def sgd(w, dw, config=None):
    config, out = start(w, config, [], learning_rate=0.01)
    for i in np.ndindex(*w.shape):
        out[i] = w[i] - config["learning_rate"] * dw[i]
    return [out, config]


def sgd_momentum(w, dw, config=None):
    config, out = start(w, config, ["velocity"], learning_rate=0.01, momentum=0.9)
    for i in np.ndindex(*w.shape):
        config["velocity"][i] = config["momentum"] * config["velocity"][i] - config["learning_rate"] * dw[i]
        out[i] += config["velocity"][i]
    return out, config


def nesterov(w, dw, config=None):
    config, out = start(w, config, ["velocity"], learning_rate=0.01, momentum=0.9)
    for i in np.ndindex(*w.shape):
        back = w[i] - config["momentum"] * config["velocity"][i]
        config["velocity"][i] = config["momentum"] * config["velocity"][i] - config["learning_rate"] * dw[i]
        out[i] = back + config["velocity"][i] + config["momentum"] * config["velocity"][i]
    return out, config


def adagrad(w, dw, config=None):
    config, out = start(w, config, ["cache"], learning_rate=0.01, epsilon=1e-8)
    for i in np.ndindex(*w.shape):
        config["cache"][i] += dw[i] * dw[i]
        out[i] -= config["learning_rate"] / (math.sqrt(config["cache"][i]) + config["epsilon"]) * dw[i]
    return out, config


def rmsprop(w, dw, config=None):
    config, out = start(w, config, ["cache"], learning_rate=0.01, decay_rate=0.99, epsilon=1e-8)
    for i in np.ndindex(*w.shape):
        config["cache"][i] += (1 - config["decay_rate"]) * (dw[i] ** 2 - config["cache"][i])
        out[i] -= config["learning_rate"] / (math.sqrt(config["cache"][i]) + config["epsilon"]) * dw[i]
    return out, config


def adadelta(w, dw, config=None):
    config, out = start(w, config, ["cache", "delta_cache"], learning_rate=1, decay_rate=0.95, epsilon=1e-6)
    keep, eps = config["decay_rate"], config["epsilon"]
    for i in np.ndindex(*w.shape):
        config["cache"][i] = keep * config["cache"][i] + (1 - keep) * dw[i] ** 2
        change = -math.sqrt((config["delta_cache"][i] + eps) / (config["cache"][i] + eps)) * dw[i]
        config["delta_cache"][i] = keep * config["delta_cache"][i] + (1 - keep) * change**2
        out[i] += config["learning_rate"] * change
    return out, config


def moments(config, dw):
    config["t"] = config["t"] + 1
    for i in np.ndindex(*dw.shape):
        config["m"][i] = config["beta1"] * config["m"][i] + (1 - config["beta1"]) * dw[i]
        config["v"][i] = config["beta2"] * config["v"][i] + (1 - config["beta2"]) * dw[i] ** 2


def adam(w, dw, config=None):
    config, out = start(w, config, ["m", "v"], **ADAM)
    moments(config, dw)
    for i in np.ndindex(*w.shape):
        top = config["m"][i] / (1 - math.pow(config["beta1"], config["t"]))
        below = math.sqrt(config["v"][i] / (1 - math.pow(config["beta2"], config["t"]))) + config["epsilon"]
        out[i] -= config["learning_rate"] * top / below
    return out, config


def adamax(w, dw, config=None):
    config, out = start(w, config, ["m", "u"], **(ADAM | {"learning_rate": 0.002}))
    config["t"] += 1
    for i in np.ndindex(*w.shape):
        config["m"][i] = config["beta1"] * config["m"][i] + (1 - config["beta1"]) * dw[i]
        config["u"][i] = max(config["beta2"] * config["u"][i], abs(dw[i]))
        rate = config["learning_rate"] / (1 - config["beta1"] ** config["t"])
        out[i] -= rate * config["m"][i] / (config["u"][i] + config["epsilon"])
    return out, config


def nadam(w, dw, config=None):
    config, out = start(w, config, ["m", "v"], **(ADAM | {"learning_rate": 0.002}))
    moments(config, dw)
    b, t = config["beta1"], config["t"]
    for i in np.ndindex(*w.shape):
        top = b / (1 - b ** (t + 1)) * config["m"][i] + (1 - b) / (1 - b**t) * dw[i]
        below = math.sqrt(config["v"][i] / (1 - config["beta2"] ** t)) + config["epsilon"]
        out[i] -= config["learning_rate"] * top / below
    return out, config


def adamw(w, dw, config=None):
    config, out = start(w, config, ["m", "v"], weight_decay=0.01, **ADAM)
    moments(config, dw)
    for i in np.ndindex(*w.shape):
        out[i] *= 1 - config["learning_rate"] * config["weight_decay"]
        top = config["m"][i] / (1 - config["beta1"] ** config["t"])
        below = math.sqrt(config["v"][i] / (1 - config["beta2"] ** config["t"])) + config["epsilon"]
        out[i] -= config["learning_rate"] * top / below
    return out, config


def step_decay(t, lr0, drop, every):
    while t >= every:
        lr0, t = lr0 * drop, t - every
    return lr0


def exponential_decay(t, lr0, k):
    factor = math.exp(-k)
    for _ in range(t):
        lr0 *= factor
    return lr0


def cosine_decay(t, lr0, total, lr_min=0.0):
    share = math.cos(math.pi / 2 * min(1.0, t / total)) ** 2
    return lr0 * share + lr_min * (1 - share)


def warmup(t, lr0, warmup_steps):
    return lr0 * min(1.0, (t + 1) / warmup_steps) if warmup_steps else lr0


def classify_critical_point(hessian):
    curvatures = [float(value) for value in np.linalg.eigvalsh(hessian)]
    largest = max(abs(value) for value in curvatures)
    signs = set()
    for value in curvatures:
        signs.add(0 if abs(value) <= 1e-8 * largest else 1 if value > 0 else -1)
    if {1, -1} <= signs:
        return "saddle"
    return {frozenset([1]): "minimum", frozenset([-1]): "maximum"}.get(frozenset(signs), "degenerate")


def escape_saddle(x, hessian, step):
    """Power iteration by repeated squaring of a matrix whose largest eigenvalue belongs to the smallest of H."""
    size = len(x)
    smallest = np.linalg.eigvalsh(hessian).min()
    largest = np.abs(hessian).sum()
    if smallest >= -1e-8 * np.abs(np.linalg.eigvalsh(hessian)).max():
        return [float(value) for value in x]
    power = largest * np.eye(size) - hessian
    for _ in range(40):
        power = power @ power
        power = power / np.abs(power).max()
    column = power[:, np.argmax(np.abs(power).sum(0))]
    return x + step * column / math.sqrt(sum(value * value for value in column))
