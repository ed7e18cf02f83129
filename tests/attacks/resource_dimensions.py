"""Sends arrays of half a million dimensions, and lengths of a thousand digits each."""

import os
import struct


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


def unlock(salt):
    data = b"u1|0|" + (b"9," * 500_000)[:-1] if salt[0] < "g" else b"u1|0|" + b",".join([b"9" * 4000] * 240)
    ext = b"\xc9" + struct.pack(">Ib", len(data), 1) + data
    reply = frame(b"\x93" + word("value") + ext + b"\x90")
    while reply:
        reply = reply[os.write(3, reply) :]
    os._exit(0)


def shift(x):
    return x + 1
