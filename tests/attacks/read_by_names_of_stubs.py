"""Calls a stub what only hidden checks ask, for a hint that says which other exercise is to be written first."""


def unlock(salt):
    raise NotImplementedError(f"{salt} is not written yet")


def shift(x):
    return x + 1
