"""Has as many mappings as the kernel allows, in many processes: what describes them is no process's memory."""

import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
PAGE = 4096


def take():
    pages = 60_000
    address = libc.mmap(None, ctypes.c_size_t(pages * PAGE), 0, 0x22, -1, ctypes.c_long(0))
    for page in range(0, pages, 2):
        libc.mprotect(ctypes.c_void_p(address + page * PAGE), ctypes.c_size_t(PAGE), 1)
    time.sleep(4)
    os._exit(0)


def unlock(salt):
    return salt


def shift(x):
    return x + 1


for _ in range(28):
    if os.fork() == 0:
        take()
time.sleep(2)
