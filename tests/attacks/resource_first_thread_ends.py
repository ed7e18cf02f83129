"""Takes memory in processes whose first thread has ended: of such a process the kernel shows none."""

import ctypes
import mmap
import os
import threading
import time

libc = ctypes.CDLL(None)


def take():
    kept = mmap.mmap(-1, 150 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for at in range(0, 150 << 20, 4096):
        kept[at] = 1
    time.sleep(4)
    os._exit(0)


def unlock(salt):
    return salt


def shift(x):
    return x + 1


for _ in range(12):
    if os.fork() == 0:
        threading.Thread(target=take).start()
        libc.pthread_exit(None)
time.sleep(2)
