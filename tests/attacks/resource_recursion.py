"""Recurses as deep as it may, in Python and in C, with the limit taken away."""

import sys
import threading


def deeper(n):
    return deeper(n + 1)


class Deep:
    def __repr__(self):
        return repr([self])


def unlock(salt):
    sys.setrecursionlimit(10**8)
    threading.stack_size(128 << 20)
    if salt[0] < "g":
        return repr(Deep())
    return deeper(0)


def shift(x):
    return x + 1
