"""Replies at once, each time with a million small things: not its own time passes, but that of who reads them."""


def unlock(salt):
    return [[] for _ in range(900_000)]


def shift(x):
    return x + 1
