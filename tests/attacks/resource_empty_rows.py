"""Returns arrays that hold nothing, in a thousand million million rows: whoever lists the rows never ends."""

import numpy as np


def unlock(salt):
    return np.empty((2**24, 0)) if salt[0] < "g" else [np.empty((2**24, 0), "i1")]


def shift(x):
    return x + 1
