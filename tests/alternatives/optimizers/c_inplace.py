"""The optimizers with numpy's in-place operations on w and on the memory in config, and with further keys in config."""

import numpy as np
from scipy import linalg


def sgd(w, dw, config=None):
    config = config if config is not None else {"learning_rate": 0.01, "author": "c"}
    np.subtract(w, np.multiply(dw, config.get("learning_rate", 0.01)), out=w)
    return w, config


def sgd_momentum(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 9e-1, "steps": 0} | (config or {})
    if "velocity" not in config:
        config["velocity"] = np.zeros(w.shape)
    velocity = config["velocity"]
    velocity *= config["momentum"]
    velocity -= config["learning_rate"] * dw
    w += velocity
    config["steps"] += 1
    return w, config


def nesterov(w, dw, config=None):
    """w + momentum * new velocity - learning_rate * dw, which is the same step written without the old velocity."""
    config = {"learning_rate": 1e-2, "momentum": 9e-1, "velocity": np.zeros_like(w)} | (config or {})
    step = config["learning_rate"] * dw
    velocity = config["velocity"]
    velocity *= config["momentum"]
    velocity -= step
    w += config["momentum"] * velocity
    w -= step
    return w, config


def adagrad(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w), "history": []} | (config or {})
    np.add(config["cache"], np.square(dw), out=config["cache"])
    config["history"] = [*config["history"], float(np.abs(dw).max())]
    denominator = np.sqrt(config["cache"])
    denominator += config["epsilon"]
    w -= np.true_divide(config["learning_rate"] * dw, denominator)
    return w, config


def rmsprop(w, dw, config=None):
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w)} | (config or {})
    config["cache"] *= config["decay_rate"]
    config["cache"] += (1 - config["decay_rate"]) * np.power(dw, 2)
    w -= dw / (config["cache"] ** 0.5 + config["epsilon"]) * config["learning_rate"]
    return w, config


def adadelta(w, dw, config=None):
    zeros = {"cache": np.zeros_like(w), "delta_cache": np.zeros_like(w)}
    config = {"learning_rate": 1.0, "decay_rate": 0.95, "epsilon": 1e-6} | zeros | (config or {})
    rho, eps = config["decay_rate"], config["epsilon"]
    config["cache"] *= rho
    config["cache"] += (1 - rho) * dw * dw
    rms_update, rms_gradient = (np.sqrt(config[key] + eps) for key in ("delta_cache", "cache"))
    update = rms_update / rms_gradient * dw
    config["delta_cache"] *= rho
    config["delta_cache"] += (1 - rho) * update * update
    update *= config["learning_rate"]
    w -= update
    return w, config


def moments(w, dw, config, **defaults):
    zeros = {"m": np.zeros_like(w), "v": np.zeros_like(w)}
    base = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0.0}
    config = base | defaults | zeros | (config or {})
    config["t"] = float(config["t"]) + 1.0
    config["m"] += (1 - config["beta1"]) * (dw - config["m"])
    config["v"] += (1 - config["beta2"]) * (dw * dw - config["v"])
    return config


def adam(w, dw, config=None):
    """The efficient form of section 2 of the paper, with epsilon scaled so that it is the same step."""
    config = moments(w, dw, config)
    root = np.sqrt(1 - config["beta2"] ** config["t"])
    rate = config["learning_rate"] * root / (1 - config["beta1"] ** config["t"])
    w -= rate * config["m"] / (np.sqrt(config["v"]) + config["epsilon"] * root)
    return w, config


def adamax(w, dw, config=None):
    config = {"learning_rate": 2e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0} | (config or {})
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("u", np.zeros_like(w))
    config["t"] += 1
    config["m"] *= config["beta1"]
    config["m"] += dw - config["beta1"] * dw
    stacked = np.stack([config["beta2"] * config["u"], np.abs(dw)])
    config["u"] = stacked.max(axis=0)
    w -= (
        config["learning_rate"]
        * config["m"]
        / ((config["u"] + config["epsilon"]) * (1 - config["beta1"] ** config["t"]))
    )
    return w, config


def nadam(w, dw, config=None):
    config = moments(w, dw, config, learning_rate=2e-3)
    beta1, t = config["beta1"], config["t"]
    ahead = np.einsum("i,i...->...", [beta1 / (1 - beta1 ** (t + 1)), (1 - beta1) / (1 - beta1**t)], [config["m"], dw])
    ahead /= np.sqrt(config["v"] / (1 - config["beta2"] ** t)) + config["epsilon"]
    w -= config["learning_rate"] * ahead
    return w, config


def adamw(w, dw, config=None):
    config = {"learning_rate": 1e-3, "weight_decay": 1e-2} | (config or {})
    shrunk = w * (1 - config["learning_rate"] * config["weight_decay"])
    step, config = adam(np.zeros_like(w), dw, config)
    shrunk += step
    return shrunk, config


def step_decay(t, lr0, drop, every):
    return np.float64(lr0) * np.power(float(drop), np.floor_divide(t, every))


def exponential_decay(t, lr0, k):
    return np.exp(np.log(lr0) - k * t)


def cosine_decay(t, lr0, total, lr_min=0.0):
    phase = np.clip(t / total, 0, 1) * np.pi
    return np.array(0.5 * (lr0 + lr_min) + 0.5 * (lr0 - lr_min) * np.cos(phase))


def warmup(t, lr0, warmup_steps):
    return np.interp(t + 1, [0, max(warmup_steps, 1)], [0, lr0])


def classify_critical_point(hessian):
    values = linalg.eigvalsh(hessian)
    signs = np.where(np.abs(values) > 1e-8 * np.abs(values).max(), np.sign(values), 0)
    if signs.min() * signs.max() < 0:
        return "saddle"
    if not signs.all():
        return "degenerate"
    return "minimum" if signs[0] > 0 else "maximum"


def escape_saddle(x, hessian, step):
    values, vectors = np.linalg.eig(hessian)
    index = int(np.argmin(values.real))
    if values[index].real >= -1e-8 * np.abs(values).max():
        return np.array(x)
    direction = vectors[:, index].real
    return x + step * direction / linalg.norm(direction)
