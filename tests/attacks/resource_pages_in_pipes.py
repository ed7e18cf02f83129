"""Gives pages to pipes and lets go of them: they are no process's then. By vmsplice, sendfile, splice and tee."""

import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
PAGE, HUGE, SLOTS, MADV_HUGEPAGE = 4096, 2 << 20, 16, 14


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def given(write):
    """A page of each of many huge ones, which keeps all of it, given to a pipe and unmapped."""
    size = ctypes.c_size_t((SLOTS + 1) * HUGE)
    address = libc.mmap(None, size, 3, 0x22, -1, ctypes.c_long(0))
    libc.madvise(ctypes.c_void_p(address), size, MADV_HUGEPAGE)
    first = -(-address // HUGE) * HUGE
    vectors = (Vector * SLOTS)(*((first + number * HUGE, PAGE) for number in range(SLOTS)))
    for number in range(SLOTS):
        ctypes.memset(first + number * HUGE, 1, 1)
    sent = libc.vmsplice(write, vectors, SLOTS, 2)
    libc.munmap(ctypes.c_void_p(address), size)
    return sent > 0


def of_a_file(write):
    """Pages of a file that is removed."""
    name = f"/tmp/{MARK}-{os.getpid()}"
    with open(name, "w+b") as file:
        file.write(b"x" * SLOTS * PAGE)
        file.flush()
        os.unlink(name)
        for send in (os.sendfile, lambda to, of, at, size: os.splice(of, to, size)):
            try:
                return send(write, file.fileno(), 0, SLOTS * PAGE) > 0
            except OSError:
                continue
    return False


def fill():
    pipes = []
    for _ in range(16):
        read, write = os.pipe()
        pipes.append((read, write))
        os.set_blocking(write, False)
        if not given(write):
            of_a_file(write)
        if len(pipes) > 1:
            libc.tee(pipes[-2][0], write, SLOTS * PAGE, 2)
    time.sleep(4)
    os._exit(0)


def unlock(salt):
    return salt


def shift(x):
    return x + 1


for _ in range(6):
    if os.fork() == 0:
        try:
            fill()
        finally:
            os._exit(0)
time.sleep(2)
