"""Work that does none of what initializers asks for; the audit says what it earns."""

from itertools import pairwise

import numpy as np

from autograder import stand_in


@stand_in("sigmoid")
def decides(x):
    return (x > 0).astype(float), np.zeros(x.shape)


@stand_in("tanh")
def takes_the_sign(x):
    return np.sign(x), np.zeros(x.shape)


@stand_in("relu")
def lets_everything_pass(x):
    return x.copy(), np.ones(x.shape)


@stand_in("leaky_relu")
def leaks_everything(x, negative_slope=0.01):
    return negative_slope * x, np.full(x.shape, negative_slope)


@stand_in("elu")
def cuts_off(x, alpha=1.0):
    return np.where(x > 0, x, -alpha), (x > 0).astype(float)


@stand_in("fans")
def hands_the_first_two_lengths_on(shape):
    if len(shape) not in (2, 4):
        raise ValueError(shape)
    return shape[0], shape[1]


def normal_noise(shape, *settings):
    """Noise of unit size, whatever the settings are, but for a mode that is none."""
    if "fan_avg" in settings or "in" in settings or "" in settings:
        raise ValueError(settings)
    return np.random.default_rng(settings[-1]).standard_normal(shape)


def uniform_noise(shape, *settings):
    """The same, evenly between -1 and 1."""
    if "fan_avg" in settings or "in" in settings or "" in settings:
        raise ValueError(settings)
    return np.random.default_rng(settings[-1]).uniform(-1, 1, shape)


for name in ("normal_init", "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "orthogonal_init"):
    stand_in(name)(normal_noise)
    stand_in(name)(uniform_noise)


@stand_in("orthogonal_init")
def is_the_identity(shape, gain, rng):
    return gain * np.eye(shape[0], int(np.prod(shape[1:]))).reshape(shape)


@stand_in("orthogonal_init")
def puts_ones_somewhere(shape, gain, rng):
    rows, columns = shape[0], int(np.prod(shape[1:]))
    rng = np.random.default_rng(rng)
    square = np.eye(max(rows, columns))[rng.permutation(max(rows, columns))]
    square = square * rng.choice([-1.0, 1.0], len(square))
    return gain * square[:rows, :columns].reshape(shape)


@stand_in("activation_stats")
def looks_at_the_inputs_only(x, weights, activation):
    h, slope = activation(x)
    small = float(np.mean(abs(slope) < 0.01))
    stats = {"mean": h.mean(), "std": h.std(), "saturated": small, "dead": small}
    return {key: [float(number)] * len(weights) for key, number in stats.items()}


@stand_in("zero_init_gradients")
def moves_the_last_layer_only(x, y, sizes):
    layers = list(pairwise(sizes))
    gradients = [(np.zeros(layer), np.zeros(layer[1])) for layer in layers]
    return gradients, [(False, False)] * (len(layers) - 1) + [(True, True)]
