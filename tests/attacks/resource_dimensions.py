"""Sends arrays of a quarter of a million dimensions, and of 32 of the greatest length."""

import os
import struct


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


def unlock(salt):
    data = bytes([5]) + bytes(4) + (bytes([9, 0, 0, 0]) * 250_000 if salt[0] < "g" else b"\xff" * 4 * 32)
    ext = b"\xc9" + struct.pack(">Ib", len(data), 1) + data
    reply = frame(b"\x93" + word("value") + ext + b"\x90")
    while reply:
        reply = reply[os.write(3, reply) :]
    os._exit(0)


def shift(x):
    return x + 1
