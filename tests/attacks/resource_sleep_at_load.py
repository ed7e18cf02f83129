"""Sleeps while it is loaded, so that nothing is used up and nothing ends; what it promises comes first."""

import time


def shift(x):
    return x + 1


time.sleep(10_000)
