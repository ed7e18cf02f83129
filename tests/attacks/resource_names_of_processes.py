"""Takes memory in processes whose names pretend to be lines about their parents and their size."""

import ctypes
import mmap
import os
import time

libc = ctypes.CDLL(None)


def unlock(salt):
    for number in range(10):
        if os.fork() == 0:
            libc.prctl(15, (b"x\nPPid:\t1", b"x) Z 1 1 1", b"\nRssAnon:\t0", b"a:b\xff")[number % 4], 0, 0, 0)
            taken = mmap.mmap(-1, 100 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            taken.write(b"x" * (100 << 20))
            time.sleep(3)
            os._exit(0)
    time.sleep(0.7)
    return salt


def shift(x):
    return x + 1
