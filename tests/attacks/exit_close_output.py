"""Closes what it prints to, so that nobody is left who could print, and goes on."""

import os

os.close(1)
os.close(2)


def unlock(salt):
    return salt


def shift(x):
    return x + 1
