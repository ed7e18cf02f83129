"""Prints without end to both streams, in one line, in many lines and in bytes that are no text."""

import os


def unlock(salt):
    while True:
        os.write(1, b"\xff\x00\x1b[2J" * 10_000)
        os.write(2, b"x" * 60_000)


print("y" * 700_000)


def shift(x):
    return x + 1
