"""Connects to services of the machine that listen on the loopback only, by every name that it has."""

import socket


def fetch(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as one:
        one.settimeout(0.2)
        try:
            one.connect((host, HOST_PORT))
            return one.recv(1000)
        except OSError as error:
            return repr(error).encode()


def unlock(salt):
    return [fetch(host) for host in ("127.0.0.1", "127.1.2.3", "0.0.0.0", "::1", "::ffff:127.0.0.1", "10.0.0.1")]


def shift(x):
    return x + 1
