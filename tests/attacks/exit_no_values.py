"""Answers with replies that only look like some, so that whoever looks for the mistake behind them stumbles."""

import os
import struct

REPLIES = [b"\x93\xa6values\x90\x90", b"\x91\xa6raised", b"\x93\xa6raised\x90\xa0", b"\x95\xa6raised\x01\xa0\xa0\x00"]


def unlock(salt):
    reply = REPLIES[len(salt) % 4]
    os.write(3, struct.pack("<IQ", len(reply), 0) + reply)
    return salt


def shift(x):
    reply = REPLIES[abs(int(x)) % 4 if isinstance(x, int) else 0]
    os.write(3, struct.pack("<IQ", len(reply), 0) + reply)
    return x + 1
