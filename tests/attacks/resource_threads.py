"""Starts threads until it is refused, or 400 of them, each of which waits."""

import threading
import time


def unlock(salt):
    threads = []
    for _ in range(400):
        thread = threading.Thread(target=time.sleep, args=(20,), daemon=True)
        try:
            thread.start()
        except RuntimeError:
            break
        threads.append(thread)
    time.sleep(0.5)
    return salt


def shift(x):
    return x + 1
