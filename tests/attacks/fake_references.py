"""Sends references to objects that are others': callbacks, numbers of no object, names of a megabyte."""

import os
import struct


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


def reference(kind, number, name):
    data = b"\x93" + word(kind) + number + name
    return b"\xc9" + struct.pack(">Ib", len(data), 5) + data


LONG = b"\xdb" + struct.pack(">I", 500_000) + b"<b>\x1b" * 125_000
BODIES = [
    reference("handle", b"\xd3" + b"\x80" + bytes(7), LONG),
    reference("callback", b"\x00", word("unlock")),
    reference("grader", b"\xff", word("__class__")),
    reference("handle", b"\xc3", word("str")),
    reference("handle", word("0"), word("str")),
]


def unlock(salt):
    which = BODIES[0] if salt[0] < "g" else b"\x9c" + b"".join(BODIES[:4]) * 3
    data = frame(b"\x93" + word("value") + which + b"\x90")
    while data:
        data = data[os.write(3, data) :]
    os._exit(0)


def shift(x):
    return x + 1
