"""Takes memory in every way that a process has for itself: 1.5 GiB of arrays, texts and mapped pages."""

import mmap
import time

import numpy as np


def unlock(salt):
    kept = []
    for _ in range(24):
        try:
            kept.append(np.ones(8 << 20))
            page = mmap.mmap(-1, 32 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            page.write(b"x" * (32 << 20))
            kept.append(page)
        except (MemoryError, OSError):
            continue
    time.sleep(0.3)
    return salt


def shift(x):
    return x + 1
