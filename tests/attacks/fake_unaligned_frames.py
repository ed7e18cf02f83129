"""Sends arrays that begin anywhere, complex tensors and bools of other bytes: compiled loops trap on them, or err."""

import os
import struct


def extension(code, data):
    return bytes([0xC7, len(data), code]) + data


def place(dtype, offset, *shape):
    return struct.pack(f"<BI{len(shape)}I", dtype, offset, *shape)


def send(*extensions):
    body = b"\x93\xa5value" + bytes([0x90 + len(extensions)]) + b"".join(extensions) + b"\x90"
    os.write(3, struct.pack("<IQ", len(body), 4096) + body + b"\x02" * 4096)


def unlock(salt):
    if len(salt) % 2:
        send(*(extension(4, place(dtype, 1 + 256 * dtype, 8)) for dtype in range(15)))
    elif len(salt) % 3:
        send(extension(4, place(13, 8, 64)), extension(1, place(13, 2000, 8)), extension(3, place(13, 3001)))
    else:
        send(extension(1, place(0, 0, 16)), extension(3, place(0, 16)), extension(4, place(0, 32, *[1] * 40)))
    os._exit(0)


def shift(x):
    return x + 1
