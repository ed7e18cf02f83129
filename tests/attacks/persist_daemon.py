"""Leaves its session and its parents behind, twice, and goes on as a daemon that ignores signals."""

import os
import signal
import time


def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.setpgid(0, 0)
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            end = time.monotonic() + 20
            while time.monotonic() < end:
                for folder in ("/tmp", "/dev/shm", COURSE, HOME):
                    try:
                        with open(f"{folder}/{MARK}-daemon", "w") as file:
                            file.write(str(os.getpid()))
                    except OSError:
                        pass
                time.sleep(0.05)
            os._exit(0)
        os._exit(0)


def unlock(salt):
    daemon()
    return salt


daemon()


def shift(x):
    return x + 1
