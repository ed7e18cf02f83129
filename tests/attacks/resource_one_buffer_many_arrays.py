"""Sends one buffer of four megabytes and three hundred arrays that all lie in it."""

import os
import struct


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


def shift(x):
    if isinstance(x, int):
        return x + 1
    one = struct.pack("<BII", 11, 0, 500_000)
    body = (
        b"\x93" + word("value") + b"\xdc" + struct.pack(">H", 300) + (bytes([0xC7, len(one), 1]) + one) * 300 + b"\x90"
    )
    data = frame(body, bytes(4_000_000))
    while data:
        data = data[os.write(3, data) :]
    os._exit(0)
