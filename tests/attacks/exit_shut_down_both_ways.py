"""Shuts its socket down in one direction and in the other, and sends half a reply before."""

import os
import socket
import struct


def unlock(salt):
    own = socket.socket(fileno=os.dup(3))
    os.write(3, struct.pack("<IQ", 100, 100) + b"half")
    own.shutdown(socket.SHUT_RD if salt[0] < "g" else socket.SHUT_WR)
    return salt


def shift(x):
    return x + 1
