"""Returns a long text in a list of many numbers: an array of both has room for the text in every place."""


def unlock(salt):
    return salt


def shift(x):
    if isinstance(x, int):
        return x + 1
    return ["x" * 100_000] + [0] * 3000
