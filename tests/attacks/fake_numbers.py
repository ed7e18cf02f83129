"""Returns what arithmetic chokes on: NaN, infinities, integers of 4,000 bits, and ten thousand keys of one hash."""

import numpy as np


def unlock(salt):
    if salt[-1] == "x":
        return {float(2**61 - 1) * 2.0**n: float("nan") for n in range(900)} | {n * (2**61 - 1): n for n in range(8)}
    if salt[0] < "g":
        return [float("nan"), float("inf"), 2**4000, -(2**4000), complex("nan"), np.float64("nan")]
    return {(n * (2**61 - 1), n): 10**1000 for n in range(10_000)}


def shift(x):
    return x + 1
