"""Goes on after its check and sends small replies without end, which nobody has asked for."""

import os
import struct
import sys
import threading


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


def flood():
    data = frame(b"\x91" + word("x")) * 5000
    while True:
        os.write(3, data)


sys.modules["child.check_server"].END = b"never"


def unlock(salt):
    return salt


def shift(x):
    if not isinstance(x, int):
        threading.Timer(0.01, flood).start()
    return x + 1
