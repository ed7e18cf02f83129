"""Fills shared memory and lets go of its pages without giving it up: no process has them then, and they stay."""

import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
SIZE, STEP, SHARED, SHARED_ANONYMOUS, MADV_DONTNEED = 160 << 20, 2 << 20, 1, 0x21, 4
FAILED = ctypes.c_void_p(-1).value


def shared():
    address = libc.mmap(None, ctypes.c_size_t(SIZE), 3, SHARED_ANONYMOUS, -1, ctypes.c_long(0))
    if address == FAILED:
        zero = os.open("/dev/zero", os.O_RDWR)
        address = libc.mmap(None, ctypes.c_size_t(SIZE), 3, SHARED, zero, ctypes.c_long(0))
    return address


def hold():
    address = shared()
    if address == FAILED:
        os._exit(1)
    for at in range(0, SIZE, STEP):
        ctypes.memset(address + at, 1, STEP)
        libc.madvise(ctypes.c_void_p(address + at), ctypes.c_size_t(STEP), MADV_DONTNEED)
    time.sleep(4)
    os._exit(0)


def unlock(salt):
    return salt


def shift(x):
    return x + 1


for _ in range(12):
    if os.fork() == 0:
        try:
            hold()
        finally:
            os._exit(1)
time.sleep(2)
