"""Says that it is loaded before it is, with names and problems of its own choice, and stays busy."""

import os
import struct
import time


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


LINE = b"\xc8" + struct.pack(">Hb", 1200, 6) + b"9" * 1200
PROBLEM = b"\x94" + b"\x92" + word("<b>E") + b"\x91" * 20 + b"\xc0" + word("x" * 3000) + word("\x1b[2J") + LINE
NAMES = b"\x93" + word("shift") + word("unlock") + b"\xc0"
PUT_BACK = b"\x93" + word("<b>" + "x" * 3000) + word("\x1b[2J") + b"\x03"
os.write(3, frame(b"\x94" + word("loaded") + NAMES + b"\x91" + PROBLEM + b"\x91" + PUT_BACK))
time.sleep(0.5)


def shift(x):
    return x + 1
