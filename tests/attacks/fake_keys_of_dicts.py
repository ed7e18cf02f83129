"""Sends dicts with one key twice, with NaN, arrays, references and times as keys, and inside each other."""

import os
import struct


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


NAN = b"\xcb\x7f\xf8" + bytes(6)
ARRAY = b"\xc7\x09\x01\x05" + bytes(4) + b"\x01" + bytes(3)
HANDLE = b"\xd6\x05\x93\xa0\x00\xa0"
TIME = b"\xd6\xff" + bytes(4)
BODIES = [
    b"\x82" + word("a") + b"\x01" + word("a") + b"\x02",
    b"\x83" + NAN + b"\x01" + NAN + b"\x02\xc0\x03",
    b"\x81" + ARRAY + b"\x01",
    b"\x82" + HANDLE + b"\x01" + HANDLE + b"\x02",
    b"\x81" + TIME + b"\x01",
    b"\x81\x81\x01\x02\x03",
    b"\x83\x01\x01\xc3\x02\xcb\x3f\xf0" + bytes(6) + b"\x03",
    b"\x81" + b"\x92\xd4\x02\x00" + word("t") + b"\x01",
    b"\x91" + TIME,
    b"\xd4\x02\x00",
    b"\xa3\xed\xa0\x80",
    b"\xc7\x00\x07",
    b"\xc7\x05\x06 1_0 ",
]


def unlock(salt):
    if salt[0] < "g":
        os.write(3, frame(b"\x93" + word("value") + BODIES[6] + b"\x90"))
        os._exit(0)
    os.write(3, frame(b"\x93" + word("value") + BODIES[(ord(salt[0]) + len(salt)) % len(BODIES)] + b"\x90"))
    return salt


def shift(x):
    return x + 1
