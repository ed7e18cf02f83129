"""Takes memory once, shares it with many children, and has all of them write to it at the same moment."""

import os
import time


def unlock(salt):
    taken = bytearray(120 << 20)
    start = time.monotonic() + 0.3
    for _ in range(24):
        if os.fork() == 0:
            time.sleep(max(0, start - time.monotonic()))
            for at in range(0, len(taken), 4096):
                taken[at] = 1
            time.sleep(2)
            os._exit(0)
    time.sleep(2.5)
    return salt


def shift(x):
    return x + 1
