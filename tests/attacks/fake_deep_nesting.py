"""Returns lists a hundred thousand deep, built by hand as a frame and as an object, and a list that holds itself."""

import os
import struct


def unlock(salt):
    if salt[0] < "g":
        body = b"\x93\xa5value" + b"\x91" * 100_000 + b"\xc0" + b"\x90"
        os.write(3, struct.pack("<IQ", len(body), 0) + body)
        return None
    itself = []
    itself.append(itself)
    return [itself] * 3


def shift(x):
    return x + 1
