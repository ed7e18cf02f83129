"""Reports, while it is loaded, that it has come to a cell, and does not say to which."""

import os
import struct


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


os.write(3, frame(b"\x92" + word("cell") + b"\xc3"))
os.write(3, frame(b"\x91" + word("cell")))


def shift(x):
    return x + 1
