"""Asks for callbacks by numbers below zero and above all, by words and lists, and with strange arguments."""

import os
import struct


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


NUMBERS = (
    b"\xff",
    b"\xd3" + b"\x80" + bytes(7),
    b"\xcf" + b"\xff" * 8,
    word("0"),
    b"\x90",
    b"\xc0",
    b"\xcb\x7f\xf8" + bytes(6),
)
ARGUMENTS = (b"\x90\x80", b"\xc0\xc0", b"\x81\x01\x02\x81\x01\x02", b"\x90\x81\xc0\xc0", word("ab") + word("cd"))


def unlock(salt):
    for number in NUMBERS:
        for arguments in ARGUMENTS:
            os.write(3, frame(b"\x94" + word("callback") + number + arguments))
    os.write(3, frame(b"\x91" + word("callback")))
    return [salt, os.read(3, 1 << 16)]


def shift(x):
    return x + 1
