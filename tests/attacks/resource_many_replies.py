"""Returns as much as it may, each time that it is called: every reply is allowed, and all are kept."""

import numpy as np


def unlock(salt):
    return np.random.rand(500_000)


def shift(x):
    return x + 1
