"""Leaves traces in the process that made it: in shared pages, in modules, in the parents of its parents."""

import builtins
import ctypes
import mmap
import os
import sys

import numpy as np

builtins.shift = lambda x: x - 1
sys.modules["numpy"].add = np.subtract
np.random.seed(0)
np.zeros = np.ones = None
for number in range(3):
    ctypes.memset(id(number) + 24, 7, 1) if number == 99 else None
mmap.mmap(-1, 4096).write(b"left")
try:
    os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000")
except OSError:
    pass


def unlock(salt):
    return salt


def shift(x):
    return x + 1
