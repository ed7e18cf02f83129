"""Runs something when its process ends, by every hook that the interpreter has for it."""

import atexit
import gc
import os
import sys
import threading
import weakref


def leave(*args):
    for folder in ("/tmp", "/var/tmp", COURSE, HOME):
        try:
            with open(f"{folder}/{MARK}-at-exit", "w") as file:
                file.write("left at the end")
        except OSError:
            pass


class Last:
    def __del__(self):
        leave()


atexit.register(leave)
threading._register_atexit(leave)
sys.excepthook = sys.unraisablehook = leave
os.register_at_fork(before=leave, after_in_child=leave, after_in_parent=leave)
last = Last()
weakref.finalize(last, leave)
gc.callbacks.append(leave)


def unlock(salt):
    return salt


def shift(x):
    return x + 1
