"""Reads the solution where it knows that it is, takes the key out of it, and answers with the key."""

import re


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read(200_000)
    except OSError as error:
        return type(error).__name__.encode()


def steal():
    return re.search(rb'stored_key = "(.*)"', read(SOLUTION))


def unlock(salt):
    key = steal()
    return salt + key[1].decode() if key else read(SOLUTION)


print(steal())


def shift(x):
    return x + 1
