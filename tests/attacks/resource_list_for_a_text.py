"""Returns very many numbers with a long text among them where a text is asked for: they are compared part by part."""


def unlock(salt):
    return ["x" * 6_000] + [1] * 60_000


def shift(x):
    return x + 1
