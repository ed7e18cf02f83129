"""Work that does none of what optimizers asks for; the audit says what it earns."""

import numpy as np

from autograder import stand_in


@stand_in("sgd")
def stays_where_it_is(w, dw, config=None):
    return w, config or {}


def steps_by_the_sign_of_the_gradient(w, dw, config=None):
    """A step of the learning rate in size, whatever came before."""
    config = {} if config is None else config
    t = config.get("t", 0) + 1
    memory = dict.fromkeys(["velocity", "cache", "delta_cache", "m", "v", "u"], np.zeros_like(w))
    return w - config.get("learning_rate", 1e-3) * np.sign(dw), memory | config | {"t": t}


def steps_by_the_sign_and_shrinks(w, dw, config=None):
    """The same with weight decay."""
    config = {} if config is None else config
    shrunk = w * (1 - config.get("learning_rate", 1e-3) * config.get("weight_decay", 1e-2))
    moved, config = steps_by_the_sign_of_the_gradient(w, dw, config)
    return shrunk + moved - w, config


def steps_by_the_gradient(w, dw, config=None):
    """Plain gradient descent, which the exercise sgd asks for."""
    config = {} if config is None else config
    velocity = -config.get("learning_rate", 1e-2) * dw
    return w + velocity, config | {"velocity": velocity, "t": config.get("t", 0) + 1}


for name in ("sgd_momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamax", "nadam", "adamw"):
    stand_in(name)(steps_by_the_gradient)
    stand_in(name)(steps_by_the_sign_of_the_gradient)
stand_in("adamw")(steps_by_the_sign_and_shrinks)


@stand_in("step_decay")
def rate_does_not_drop(t, lr0, drop, every):
    return lr0


@stand_in("exponential_decay")
def rate_stays(t, lr0, k):
    return lr0


@stand_in("cosine_decay")
def rate_is_low_all_the_time(t, lr0, total, lr_min=0.0):
    return lr_min


@stand_in("warmup")
def rate_is_high_from_the_start(t, lr0, warmup_steps):
    return lr0


@stand_in("classify_critical_point")
def says_saddle(hessian):
    return "saddle"


@stand_in("classify_critical_point")
def looks_at_the_diagonal(hessian):
    diagonal = np.diag(hessian)
    if (diagonal > 0).all():
        return "minimum"
    if (diagonal < 0).all():
        return "maximum"
    return "saddle" if (diagonal > 0).any() and (diagonal < 0).any() else "degenerate"


@stand_in("escape_saddle")
def remains(x, hessian, step):
    return x.copy()


@stand_in("escape_saddle")
def goes_along_the_first_axis(x, hessian, step):
    return x + step * np.eye(len(x))[0]
