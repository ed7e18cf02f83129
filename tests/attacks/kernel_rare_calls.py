"""Tries what no course work needs: bpf, userfaultfd, io_uring, perf, handles of files, modules, kexec, the clock."""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *args):
    """A system call of x86-64 by its number; -1 where it is refused."""
    return libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in args])


RARE = (
    (321, 0, 0, 72),
    (323, 0),
    (425, 8, 0),
    (298, 0, 0, -1, -1, 0),
    (304, 0, 0, 0),
    (175, 0, 0, 0),
    (313, 0, 0, 0),
    (246, 0, 0, 0, 0),
    (320, 0, 0, 0, b"", 0),
    (227, 0, 0),
    (159, 0),
    (163, 0),
    (167, 0, 0),
    (169, 0, 0, 0x1234567, 0),
    (155, 0, 0),
    (161, 0),
    (170, MARK.encode(), 8),
    (171, MARK.encode(), 8),
    (103, 10, 0, 0),
    (172, 3),
    (212, 0, 0, 0),
    (134, 0),
    (428, 0, 0, 0),
    (430, 0, 0),
    (442, 0, 0, 0, 0, 0),
    (272, 0x10000000),
    (237, 0, 0, 0, 0, 0, 0),
    (135, 0x40000),
)


def unlock(salt):
    return [salt, *[call(*each) for each in RARE]]


def shift(x):
    return x + 1
