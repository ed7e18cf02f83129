"""Says of arguments that it does not have that it changed them: a million, below zero, and no numbers."""

import os
import struct


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


def unlock(salt):
    many = b"\xdd" + struct.pack(">I", 900_000) + b"\x00" * 300_000 + b"\xff" * 300_000 + b"\xc3" * 300_000
    os.write(3, frame(b"\x93" + word("value") + word("x") + many))
    os._exit(0)


def shift(x):
    return x + 1
