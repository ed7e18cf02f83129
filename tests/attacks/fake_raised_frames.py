"""Sends reports of exceptions that are none: without types, with lists as text, with lines below zero."""

import os
import struct


def frame(body, buffers=b"", announced=None):
    return struct.pack("<IQ", len(body), len(buffers) if announced is None else announced) + body + buffers


def word(text):
    return (bytes([0xA0 + len(text)]) if len(text) < 32 else b"\xda" + struct.pack(">H", len(text))) + text.encode()


BODIES = [
    b"\x95" + word("raised") + b"\x90" + word("m") + word("l") + b"\x01",
    b"\x95" + word("raised") + b"\x91\xc0" + word("m") + word("l") + b"\x01",
    b"\x95" + word("raised") + b"\x93" + word("E") + b"\xc0\x91\xc0" + word("m\x1b") + word("line 1") + b"\xff",
    b"\x95" + word("raised") + b"\x91" + word("E") + word("m") + word("line 1") + b"\xcf" + b"\xff" * 8,
    b"\x92" + word("missing") + b"\x90",
    b"\x92" + word("missing") + word("<b>"),
    b"\x92" + word("unsendable") + word("\x1b[2J" * 900),
    b"\x91" + word("value"),
]


def unlock(salt):
    os.write(3, frame(BODIES[len(salt) % len(BODIES) if salt[0] >= "g" else 2]))
    os._exit(0)


def shift(x):
    return x + 1
