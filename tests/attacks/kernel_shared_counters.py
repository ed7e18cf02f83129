"""Uses up what the kernel counts for a user or for all, watches files of the system, and locks them."""

import ctypes
import fcntl
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
NEW_CALLS = range(424, 480)  # of kernels that came later than most filters
F_NOTIFY, F_SETLEASE, DN_ALL = 1026, 1024, 0x8000003F
SYSTEM = [path for path in ("/usr/bin", "/usr/lib", "/usr/lib/os-release") if os.path.exists(path)]


def tried(what):
    try:
        return what()
    except OSError as error:
        return error.errno


def lock(path, how):
    file = os.open(path, os.O_RDONLY)
    return how(file)


def unlock(salt):
    got = []
    for _ in range(64):  # a context of asynchronous reads, of which the machine has so many
        context = ctypes.c_ulong(0)
        got.append(libc.syscall(206, 512, ctypes.byref(context)))
    for _ in range(20):
        watcher = libc.inotify_init1(0)
        got += [watcher, *(libc.inotify_add_watch(watcher, path.encode(), 0xFFF) for path in SYSTEM)]
    got.append(libc.fanotify_init(0, 0))
    got.append(libc.epoll_create1(0))
    got += [libc.syscall(number, -1, 0, 0, 0, 0, 0) for number in NEW_CALLS if number not in (435, 436)]
    for path in SYSTEM:
        got.append(tried(lambda: lock(path, lambda file: fcntl.flock(file, fcntl.LOCK_SH))))
        got.append(tried(lambda: lock(path, lambda file: fcntl.lockf(file, fcntl.LOCK_SH))))
        got.append(tried(lambda: lock(path, lambda file: fcntl.fcntl(file, F_NOTIFY, DN_ALL))))
        got.append(tried(lambda: lock(path, lambda file: fcntl.fcntl(file, F_SETLEASE, fcntl.F_RDLCK))))
    time.sleep(0.5)
    return [salt, str(got)]


def shift(x):
    return x + 1
