"""Sends frames that are cut short, contradict themselves, or claim shapes and offsets that cannot be."""

import os
import random
import struct


def extension(code, data):
    return bytes([0xC7, len(data), code]) + data


BODIES = [
    extension(1, struct.pack("<BIi", 11, 0, -1)),
    extension(1, struct.pack("<BIII", 11, 0, 2**31, 2**31)),
    extension(1, struct.pack("<BII", 255, 0, 1)),
    extension(1, struct.pack("<BII", 11, 2**32 - 8, 1)),
    extension(2, b""),
    extension(3, struct.pack("<BI", 11, 0)[:-1]),
    extension(5, b"\x93\xa8callback\x00\xa0"),
    extension(6, b"9" * 200),
    extension(7, b"short"),
    extension(99, b"?"),
    b"\xdf\xff\xff\xff\xff",
    b"\xdd\xff\xff\xff\xff",
    b"\xc1",
]


def unlock(salt):
    chance = random.Random(salt)
    for body in BODIES:
        body = b"\x93\xa5value" + body + b"\x90"
        os.write(3, struct.pack("<IQ", len(body), chance.choice([0, 0, 8])) + body)
    os.write(3, chance.randbytes(1000))
    os._exit(0)


def shift(x):
    return x + 1
