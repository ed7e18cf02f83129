"""Returns more than a reply may hold: lazy arrays of a terabyte, and lists of a million small things."""

import numpy as np


def unlock(salt):
    if salt[0] < "g":
        return np.broadcast_to(np.float64(1), (1 << 20, 1 << 20))
    return [np.zeros((0, 1 << 40)) for _ in range(50_000)]


def shift(x):
    return x + 1
