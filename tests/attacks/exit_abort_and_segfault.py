"""Crashes the interpreter in each way that has a signal of its own, in every process that it is called in."""

import ctypes
import os
import signal

calls = []


def unlock(salt):
    for number in (signal.SIGILL, signal.SIGFPE, signal.SIGBUS):
        if os.fork() == 0:
            os.kill(os.getpid(), number)
    if "g" <= salt[0]:
        ctypes.string_at(0)
    os.abort()


def shift(x):
    return x + 1
